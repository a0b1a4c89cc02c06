// Edges as smooth lines that never run back on themselves.

const round = (value) => Math.round(value * 100) / 100;

/**
 * An SVG path through points whose y only rises or only falls, vertical at both ends.
 *
 * A cubic through every point with Steffen's slopes: between two points the line never leaves the span of
 * their x, so that what was kept apart stays apart.
 */
export function smooth(points) {
  const slopes = points.map((point, i) => {
    if (i === 0 || i === points.length - 1) return 0;
    const before = step(points[i - 1], point);
    const after = step(point, points[i + 1]);
    if (before.slope * after.slope <= 0) return 0;
    const middle = (before.slope * after.dy + after.slope * before.dy) / (before.dy + after.dy);
    const least = Math.min(Math.abs(before.slope), Math.abs(after.slope), Math.abs(middle) / 2);
    return 2 * Math.sign(before.slope) * least;
  });
  let path = `M${round(points[0].x)},${round(points[0].y)}`;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const third = (b.y - a.y) / 3;
    const corners = [
      [a.x + slopes[i - 1] * third, a.y + third],
      [b.x - slopes[i] * third, b.y - third],
      [b.x, b.y],
    ];
    path += `C${corners.map((corner) => corner.map(round).join(",")).join(" ")}`;
  }
  return path;
}

function step(a, b) {
  const dy = b.y - a.y;
  return { dy, slope: (b.x - a.x) / dy };
}
