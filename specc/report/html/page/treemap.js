/** Cost by block as areas; a click on a block makes it the whole. */
(() => {
  "use strict";

  const { fold, model, store, el, svg } = specc;
  const FONT = "600 11px system-ui, sans-serif";
  const SMALL = "11px system-ui, sans-serif";
  const DEPTH = 3;
  const MOST = 400;
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

  /** The tree that is drawn: some levels, and where there are many parts the large ones and one for the rest. */
  function tree(part, depth, budget) {
    const node = { part, value: fold.sum(store.measure.key, part), children: [] };
    if (depth === DEPTH || !fold.openable(part) || !node.value) return node;
    const inner = fold.parts(part);
    const times = part.count;
    const sorted = inner.map((one) => ({ one, value: fold.sum(store.measure.key, one) })).filter((one) => one.value);
    sorted.sort((a, b) => b.value - a.value);
    const least = (node.value / times) * 0.002;
    for (const { one, value } of sorted) {
      if (value < least || budget.left <= 0) break;
      budget.left -= 1;
      node.children.push(tree(one, depth + 1, budget));
    }
    return node;
  }

  /** Areas: those of the parts of a run stand for all of its repeats; what the parts of a node leave over is its own. */
  function areas(node, factor) {
    const whole = node.value * factor;
    const children = node.children.map((child) => areas(child, factor * node.part.count));
    const own = whole - children.reduce((sum, child) => sum + child.whole, 0);
    return { part: node.part, whole, children, own: own > whole * 1e-9 ? own : 0 };
  }

  function cells() {
    const data = areas(tree(root, 0, { left: MOST }), 1);
    const hierarchy = d3.hierarchy(data, (node) => node.children).sum((node) => node.own);
    const height = Math.max(220, Math.min(420, width * 0.42));
    const outer = (space) => (node) => (node.depth && node.children ? space : 0);
    const layout = d3.treemap().size([width, height]).paddingInner(2).paddingTop(outer(HEAD)).round(true);
    layout.paddingLeft(outer(2)).paddingRight(outer(2)).paddingBottom(outer(2));
    return { height, nodes: layout(hierarchy).descendants().slice(data.children.length ? 1 : 0) };
  }

  function hue(part) {
    return part.layer >= 0 ? colours.get(model.kind(part.layer).name) || 0 : "block";
  }

  function cell(node) {
    const { part, whole } = node.data;
    const [w, h] = [node.x1 - node.x0, node.y1 - node.y0];
    const { name, text, whole: all } = store.measure;
    const label = `${part.label}${part.count > 1 ? ` ×${part.count}` : ""}`;
    const lines = [`${fold.path(part)}${part.count > 1 ? ` ×${part.count}` : ""}`, `${name} ${text(whole)}, ${specc.percent(whole / all)} of all`];
    if (part.layer >= 0) lines.push(model.kind(part.layer).name);
    const group = svg("g", { class: `cell hue-${hue(part)}${node.children ? " outer" : ""}`, transform: `translate(${node.x0},${node.y0})`,
      tabindex: w * h > 60 ? 0 : null, role: "button", "aria-label": lines.join(", "), "data-id": part.id });
    group.append(svg("rect", { width: Math.max(0, w), height: Math.max(0, h), rx: 2 }));
    if (w > 34 && h > 15) {
      const first = specc.fit(label, FONT, w - 8);
      if (first.length > 1) group.append(svg("text", { class: "name", x: 4, y: 12 }, first));
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
    const trail = root === fold.ROOT ? [root] : fold.trail(root.from).filter((one) => one.from <= root.from && one.to >= root.to);
    const shown = trail[trail.length - 1].id === root.id ? trail : [...trail, root];
    const links = shown.map((part, index) => {
      const label = part === fold.ROOT ? model.data.model : `${part.label}${part.count > 1 ? ` ×${part.count}` : ""}`;
      return index === shown.length - 1 ? el("span", { "aria-current": "true" }, label) : specc.link(label, () => show(part));
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
    host.replaceChildren(svg("svg", { width, height, role: "group", "aria-label": `${store.measure.name} by block` }, ...nodes.map(cell)));
    mark();
  }

  function mark() {
    for (const group of specc.byId("cost-view").querySelectorAll(".cell")) group.classList.toggle("chosen", group.dataset.id === store.part?.id);
  }

  specc.startTreemap = () => {
    const keys = ["seconds", "macs", "params", "bytes"].filter((key) => model.measures[key].of && model.measures[key].whole);
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
