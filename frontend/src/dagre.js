// dagre under the names that the layout uses.
import { graphlib, layout } from "@dagrejs/dagre";

const { Graph } = graphlib;

export { Graph, layout };
