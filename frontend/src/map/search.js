// Search on the map: what is shown is marked; what the slider hides is named, and comes with Enter.

// So many are named; the others come with Enter as well.
const NAMED = 3;

const folded = (text) => text.trim().toLocaleLowerCase();

export class Search {
  /** `map` has `scene`, `tools`, `drawing`, `words`, `root`, and is asked for more with `ask` and `look(key)`. */
  constructor(map) {
    Object.assign(this, { map, awaited: null });
  }

  hits() {
    const wanted = folded(this.map.tools.typed);
    const among = (parts = []) => (wanted ? parts.filter(({ label }) => label && folded(label).includes(wanted)) : []);
    const { nodes, hidden } = this.map.scene;
    return { wanted, shown: among(nodes), hidden: among(hidden) };
  }

  /** Mark what is found, and say what is found besides. */
  mark() {
    const { map } = this;
    const { wanted, shown, hidden } = this.hits();
    map.drawing.mark("wb-map-found", shown.map(({ key }) => key));
    const others = shown.length ? map.scene.nodes.filter((node) => !shown.includes(node)) : [];
    map.drawing.mark("wb-map-faint", others.map(({ key }) => key));
    map.tools.found(wanted ? shown.length + hidden.length : null, this.said(hidden));
    return shown;
  }

  said(hidden) {
    if (!hidden.length) return "";
    const { words, root } = this.map;
    const names = hidden.slice(0, NAMED).map(({ label }) => label).concat(hidden.length > NAMED ? ["…"] : []);
    const listed = new Intl.ListFormat(root.lang || undefined, { type: "unit", style: "short" }).format(names);
    return (hidden.length > 1 ? words.hiddenMany : words.hidden).replace("{names}", () => listed);
  }

  typed() {
    this.awaited = null;
    const [first] = this.mark();
    if (first) this.map.look(first.key);
  }

  /** Slide as far as what is hidden asks for, and look there once it is drawn. */
  reveal() {
    const { shown, hidden } = this.hits();
    if (hidden.length) {
      this.awaited = hidden[0].key;
      this.map.ask("option", "activities", Math.max(...hidden.map(({ share }) => share)));
    } else if (shown.length) this.map.look(shown[0].key);
  }

  /** A scene was drawn: what is typed is looked for in it. */
  drawn() {
    const shown = this.mark();
    if (!shown.some(({ key }) => key === this.awaited)) return;
    this.map.look(this.awaited);
    this.awaited = null;
  }
}
