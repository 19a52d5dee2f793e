/** Places for the boxes of the graph: each open unit is laid out by itself, the inner ones first. */
(() => {
  "use strict";

  const { fold, model } = specc;
  const HEAD = 24;
  const SMALL = "11px system-ui, sans-serif";
  const STRONG = "600 12px system-ui, sans-serif";
  const BOX = { height: 38, least: 96, most: 260, space: 20 };
  const PAD = 12;
  const DOT = 8;
  const SHARE = 58;

  /** The second line of a box. */
  function remark(part) {
    if (part.kind === "end") return part.tensors.length > 1 ? part.word : typeText(model.tensorType(part.tensors[0]));
    if (part.layer >= 0) return `${model.kind(part.layer).name} → ${model.shape(part.layer)}`;
    const layers = model.layersIn(part.from, part.from + part.one);
    return `${layers.toLocaleString("en-US")} layer${layers === 1 ? "" : "s"}${part.count > 1 ? " each" : ""}`;
  }

  const typeText = (type) => (type ? type.join("") : "");

  function closedSize(part) {
    const times = part.count > 1 ? specc.textWidth(specc.times(part), STRONG) + 12 : 0;
    const first = specc.textWidth(part.label, STRONG) + times + (fold.openable(part) ? 16 : 0);
    const below = specc.textWidth(remark(part), SMALL) + (fold.openable(part) ? SHARE : 0);
    const wide = Math.max(first, below) + BOX.space;
    return { width: Math.max(BOX.least, Math.min(BOX.most, wide)), height: BOX.height };
  }

  /** A box with its inside, relative to its own upper left corner. */
  function box(part, open) {
    if (!open.has(part.id) || !fold.openable(part))
      return { part, open: false, ...closedSize(part), boxes: [], lines: [] };
    const { parts, links } = fold.links(part);
    const inner = parts.map((one) => box(one, open));
    const graph = new dagre.graphlib.Graph({ multigraph: false });
    graph.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 18, marginx: PAD, marginy: PAD });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const one of inner) graph.setNode(one.part.id, { width: one.width, height: one.height });
    for (const link of links) {
      for (const end of [link.from, link.to])
        if (end === "in" || end === "out") graph.setNode(end, { width: DOT, height: DOT });
      graph.setEdge(link.from, link.to, { weight: link.to === "out" || link.from === "in" ? 1 : 2 });
    }
    dagre.layout(graph);
    return placed(part, inner, links, graph);
  }

  function placed(part, inner, links, graph) {
    const top = part === fold.ROOT ? 0 : HEAD;
    const { width, height } = graph.graph();
    const least = part === fold.ROOT ? 0 : Math.max(BOX.least, Math.min(BOX.most, closedSize(part).width));
    const left = Math.max(0, (least - width) / 2);
    for (const one of inner) {
      const at = graph.node(one.part.id);
      one.x = at.x - one.width / 2 + left;
      one.y = at.y - one.height / 2 + top;
    }
    const dots = ["in", "out"]
      .filter((end) => graph.hasNode(end))
      .map((end) => {
        const at = graph.node(end);
        return { end, x: at.x + left, y: at.y + top };
      });
    const lines = links.map((link) => ({
      ...link,
      points: graph.edge(link.from, link.to).points.map((point) => ({ x: point.x + left, y: point.y + top })),
    }));
    return { part, open: true, width: Math.max(width, least), height: height + top, boxes: inner, lines, dots };
  }

  /** Every box of an arrangement with its place in the whole, outer ones first. */
  function* flat(one, x, y) {
    yield { box: one, x, y };
    for (const inner of one.boxes) yield* flat(inner, x + inner.x, y + inner.y);
  }

  specc.arrange = { HEAD, SMALL, STRONG, remark, typeText, whole: (open) => box(fold.ROOT, open), flat };
})();
