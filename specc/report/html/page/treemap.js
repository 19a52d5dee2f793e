/** Cost by block as areas; a click on a block makes it the whole. */
(() => {
  "use strict";

  const { fold, model, store, el, svg } = specc;
  const FONT = "600 11px system-ui, sans-serif";
  const SMALL = "11px system-ui, sans-serif";
  const MOST = 260;
  const LEAST = 0.01;
  const SMALLEST = 0.0005;
  /** Square pixels that a part has to have on average. */
  const LEAST_AREA = 160;
  const HUES = 7;
  const HEAD = 17;

  let root = fold.ROOT;
  let width = 0;
  let colours = new Map();

  /** The layers that cost most get a colour each, the others share one. */
  function chooseColours() {
    const sums = new Map();
    const { of } = store.measure;
    for (let layer = 0; of && layer < model.count; layer += 1) {
      const name = model.kind(layer).name;
      sums.set(name, (sums.get(name) || 0) + of[layer]);
    }
    const largest = [...sums].filter((one) => one[1]).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    colours = new Map(largest.slice(0, HUES).map(([name], index) => [name, index + 1]));
    const entries = largest.slice(0, HUES).map(([name, sum], index) => legend(index + 1, name, sum));
    const rest = largest.slice(HUES).reduce((all, one) => all + one[1], 0);
    if (rest) entries.push(legend(0, `${largest.length - HUES} others`, rest));
    specc.byId("cost-legend").replaceChildren(...entries);
  }

  function legend(hue, name, sum) {
    const { text, whole } = store.measure;
    return el("span", null, el("i", { class: `hue-${hue}` }), `${name} ${text(sum)}, ${specc.percent(sum / whole)}`);
  }

  const leaf = (part, factor) => ({
    part,
    whole: fold.sum(store.measure.key, part) * factor,
    factor: factor * part.count,
    children: [],
  });

  /** The tree that is drawn: the largest unit is opened next, as long as there is room for more cells. */
  function tree(part, area) {
    const root = leaf(part, 1);
    const waiting = [root];
    let room = MOST;
    while (waiting.length && room > 0) {
      waiting.sort((a, b) => a.whole - b.whole);
      const node = waiting.pop();
      if (node.whole < root.whole * LEAST) break;
      const inner = fold
        .parts(node.part)
        .map((one) => leaf(one, node.factor))
        .filter((one) => one.whole > root.whole * SMALLEST);
      if ((node.whole / root.whole) * area < inner.length * LEAST_AREA) continue;
      node.children = inner;
      room -= inner.length;
      waiting.push(...inner.filter((one) => fold.openable(one.part)));
    }
    return root;
  }

  /** What the parts of a unit that are drawn leave over of its cost. */
  function own(node) {
    const rest = node.whole - node.children.reduce((sum, child) => sum + child.whole, 0);
    return rest > node.whole * 1e-9 ? rest : 0;
  }

  function cells() {
    const height = Math.max(220, Math.min(420, width * 0.42));
    const data = tree(root, width * height);
    const hierarchy = d3.hierarchy(data, (node) => node.children).sum(own);
    const outer = (space) => (node) => (node.depth && node.children ? space : 0);
    const layout = d3.treemap().size([width, height]).paddingInner(2).paddingTop(outer(HEAD)).round(true);
    layout.paddingLeft(outer(2)).paddingRight(outer(2)).paddingBottom(outer(2));
    return {
      height,
      nodes: layout(hierarchy)
        .descendants()
        .slice(data.children.length ? 1 : 0),
    };
  }

  function hue(part) {
    return part.layer >= 0 ? colours.get(model.kind(part.layer).name) || 0 : "block";
  }

  function cell(node) {
    const { part, whole } = node.data;
    const [w, h] = [node.x1 - node.x0, node.y1 - node.y0];
    const { name, text, whole: all } = store.measure;
    const label = `${part.label}${specc.times(part)}`;
    const lines = [
      `${fold.path(part)}${specc.times(part)}`,
      `${name} ${text(whole)}, ${specc.percent(whole / all)} of all`,
    ];
    if (part.layer >= 0) lines.push(model.kind(part.layer).name);
    const group = svg("g", {
      class: `cell hue-${hue(part)}${node.children ? " outer" : ""}`,
      transform: `translate(${node.x0},${node.y0})`,
      tabindex: w * h > 60 ? 0 : null,
      role: "button",
      "aria-label": lines.join(", "),
      "data-id": part.id,
    });
    group.append(svg("rect", { width: Math.max(0, w), height: Math.max(0, h), rx: 2 }));
    if (w > 34 && h > 15) {
      const first = specc.fit(label, FONT, w - 8);
      if (first.length > 1 || first === label) group.append(svg("text", { class: "name", x: 4, y: 12 }, first));
      const second = specc.fit(`${specc.percent(whole / all)}`, SMALL, w - 8);
      if (!node.children && h > 30 && second.length > 3) group.append(svg("text", { x: 4, y: 26 }, second));
    }
    specc.tip(group, () => lines);
    return specc.pressable(group, () => {
      if (fold.openable(part)) show(part);
      store.choose(part, "cost");
    });
  }

  function crumbs() {
    const trail =
      root === fold.ROOT ? [root] : fold.trail(root.from).filter((one) => one.from <= root.from && one.to >= root.to);
    const shown = trail[trail.length - 1].id === root.id ? trail : [...trail, root];
    const links = shown.map((part, index) => {
      const label = part === fold.ROOT ? model.data.model : `${part.label}${specc.times(part)}`;
      return index === shown.length - 1
        ? el("span", { "aria-current": "true" }, label)
        : specc.link(label, () => show(part));
    });
    specc.byId("cost-crumbs").replaceChildren(...links.flatMap((link, index) => (index ? [" › ", link] : [link])));
  }

  function show(part) {
    root = part;
    draw();
  }

  function draw() {
    if (!width) return;
    specc.hideTip();
    crumbs();
    const host = specc.byId("cost-view");
    if (!store.measure.whole) {
      host.replaceChildren(el("p", { class: "note" }, `There are no ${store.measure.name} to show.`));
      return;
    }
    const { height, nodes } = cells();
    host.replaceChildren(
      svg("svg", { width, height, role: "group", "aria-label": `${store.measure.name} by block` }, ...nodes.map(cell)),
    );
    mark();
  }

  function mark() {
    for (const group of specc.byId("cost-view").querySelectorAll(".cell"))
      group.classList.toggle("chosen", group.dataset.id === store.part?.id);
  }

  specc.startTreemap = () => {
    const keys = ["seconds", "macs", "params", "bytes"].filter(
      (key) => model.measures[key].of && model.measures[key].whole,
    );
    const choices = keys.map((key) => [key, model.measures[key].name]);
    specc.byId("cost-tools").append(specc.choice("Measure", choices, store.measure.key, (key) => store.measureBy(key)));
    chooseColours();
    specc.onWidth(specc.byId("cost-view"), (now) => {
      width = now;
      draw();
    });
    store.on("measure", () => {
      chooseColours();
      draw();
    });
    store.on("part", mark);
  };
})();
