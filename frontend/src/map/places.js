// Where everything stands: the whole map's order once, each part of it in that order.
import { layoutLike, layoutWhole } from "../layout.js";

/** A part of the map as the layout takes it. */
function graphOf({ nodes, edges }) {
  const place = new Map(nodes.map(({ key }, i) => [key, i]));
  return {
    nodes: nodes.map(({ key, width, height, side }) => ({ key, width, height, side })),
    edges: edges.map(({ key, source, target, weight, width, height }) => ({
      key,
      source: place.get(source),
      target: place.get(target),
      weight,
      width,
      height,
    })),
  };
}

/** Places for any part of a whole map; the part's own places are remembered. */
export class Places {
  constructor(whole) {
    this.order = layoutWhole(graphOf(whole)).order;
    this.known = new Map();
  }

  /** The frame of a scene: `{left, top, width, height, nodes: Map, edges: Map}`, by key. */
  of(scene) {
    const graph = graphOf(scene);
    const key = JSON.stringify(graph);
    if (!this.known.has(key)) {
      const frame = layoutLike(this.order, graph);
      this.known.set(key, {
        ...frame,
        nodes: new Map(scene.nodes.map((node, i) => [node.key, frame.nodes[i]])),
        edges: new Map(scene.edges.map((edge, i) => [edge.key, frame.edges[i]])),
      });
      if (this.known.size > 40) this.known.delete(this.known.keys().next().value);
    }
    return this.known.get(key);
  }
}
