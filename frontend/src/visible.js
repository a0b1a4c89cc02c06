// Whether an element can be seen: what nobody looks at need not be worked out.

/** Tell now and whenever it changes; a little before an element comes into view it counts as seen. */
export function watch(element, tell, signal) {
  let seen = null;
  const observer = new IntersectionObserver(
    (entries) => {
      const now = entries.at(-1).isIntersecting;
      if (now !== seen) tell((seen = now));
    },
    { rootMargin: "200px" },
  );
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
}
