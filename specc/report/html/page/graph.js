/** The graph: boxes that open and close, on a plane that can be moved and zoomed. */
(() => {
  "use strict";

  const { fold, arrange, store, svg } = specc;
  const AT_FIRST = 24;
  const AT_MOST = 300;
  const SCALES = [0.05, 3];
  const STEP = 60;
  const READABLE = 0.85;

  const open = new Set([fold.ROOT.id]);
  let view;
  let plane;
  let zoom;
  let drawn = null;

  /** Open units from the outside in, as long as at most `most` boxes are seen. */
  function openLevels(most) {
    let level = fold.parts(fold.ROOT);
    let seen = level.length;
    while (level.length) {
      const next = [];
      for (const part of level.filter(fold.openable)) {
        const inner = fold.parts(part);
        if (seen + inner.length > most) return;
        open.add(part.id);
        seen += inner.length;
        next.push(...inner);
      }
      level = next;
    }
  }

  /** Open each closed block that is seen, as far as the number of boxes allows. */
  function openNext() {
    const boxes = [...arrange.flat(drawn, 0, 0)].map((one) => one.box);
    let seen = boxes.length;
    for (const { part, open: already } of boxes) {
      if (already || !fold.openable(part)) continue;
      seen += fold.parts(part).length;
      if (seen > AT_MOST) return;
      open.add(part.id);
    }
  }

  function share(part) {
    const { key, whole } = store.measure;
    if (!whole || part.kind === "end") return null;
    return fold.sum(key, part) / whole;
  }

  /** The second line of a box: of a block with its share of the cost. */
  function remark(part) {
    const part_share = fold.openable(part) ? share(part) : null;
    return part_share ? `${arrange.remark(part)} · ${specc.percent(part_share)}` : arrange.remark(part);
  }

  function linkPath(points) {
    const place = (point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`;
    const last = points[points.length - 1];
    let path = `M${place(points[0])}`;
    for (let index = 1; index < points.length - 1; index += 1) {
      const next = points[index + 1];
      const middle = { x: (points[index].x + next.x) / 2, y: (points[index].y + next.y) / 2 };
      path += `Q${place(points[index])} ${place(index + 2 === points.length ? next : middle)}`;
    }
    return points.length > 2 ? path : `${path}L${place(last)}`;
  }

  function drawLinks(box, x, y) {
    const group = svg("g", { class: "links", transform: `translate(${x},${y})` });
    for (const line of box.lines) {
      const path = svg("path", { d: linkPath(line.points), "marker-end": line.to === "out" ? null : "url(#arrow)" });
      const names = [...line.tensors].slice(0, 6).map((tensor) => arrange.typeText(specc.model.tensorType(tensor)));
      const more = line.tensors.size > 6 ? [`and ${line.tensors.size - 6} more`] : [];
      specc.tip(path, () => [`${line.tensors.size} tensor${line.tensors.size === 1 ? "" : "s"}`, ...names, ...more]);
      group.append(path);
    }
    for (const dot of box.dots || []) group.append(svg("circle", { class: "dot", cx: dot.x, cy: dot.y, r: 3 }));
    return group;
  }

  function name(part, opened) {
    const parts = [fold.path(part), part.count > 1 ? `${part.count} times` : "", arrange.remark(part)];
    const state = fold.openable(part) ? (opened ? "open block" : "closed block") : "";
    return [...parts, state].filter(Boolean).join(", ");
  }

  function drawBox({ box, x, y }) {
    const { part, width, height } = box;
    const state = `${part.kind}${box.open ? " open" : ""}${part.count > 1 ? " run" : ""}`;
    const group = svg("g", {
      class: `box ${state}`,
      transform: `translate(${x},${y})`,
      tabindex: 0,
      role: "button",
      "aria-label": name(part, box.open),
      "aria-expanded": fold.openable(part) ? String(box.open) : null,
      "data-id": part.id,
    });
    if (part.count > 1 && !box.open) group.append(svg("rect", { class: "behind", x: 4, y: 4, width, height, rx: 6 }));
    group.append(svg("rect", { class: "body", width, height, rx: part.kind === "end" ? height / 2 : 6 }));
    const part_share = share(part);
    if (!box.open && part_share) {
      group.append(
        svg("rect", { class: "heat", width, height, rx: 6, opacity: (0.55 * Math.sqrt(part_share)).toFixed(3) }),
      );
      group.append(
        svg("rect", { class: "meter", x: 4, y: height - 4, width: Math.max(1, (width - 8) * part_share), height: 2 }),
      );
    }
    group.append(...labels(box));
    specc.tip(group, () => tipLines(part));
    return specc.pressable(group, () => press(part));
  }

  function labels(box) {
    const { part, width } = box;
    const middle = width / 2;
    const sign = fold.openable(part) ? (box.open ? "▾ " : "▸ ") : "";
    const times = specc.times(part);
    const room = width - 16 - specc.textWidth(sign + times, arrange.STRONG);
    const text = `${sign}${specc.fit(part.label, arrange.STRONG, room)}`;
    const times_text = times ? svg("tspan", { class: "times" }, times) : null;
    if (box.open) {
      const one = part.count > 1 ? svg("tspan", { class: "remark" }, "  first of them") : null;
      return [svg("text", { class: "name", x: 10, y: 16 }, text, times_text, one)];
    }
    const below = specc.fit(remark(part), arrange.SMALL, width - 12);
    return [
      svg("text", { class: "name", x: middle, y: 15, "text-anchor": "middle" }, text, times_text),
      svg("text", { class: "remark", x: middle, y: 29, "text-anchor": "middle" }, below),
    ];
  }

  function tipLines(part) {
    const lines = [`${fold.path(part)}${specc.times(part)}`, arrange.remark(part)];
    const part_share = share(part);
    const { key, name: word, text } = store.measure;
    if (part_share !== null) lines.push(`${word} ${text(fold.sum(key, part))}, ${specc.percent(part_share)} of all`);
    return lines;
  }

  function press(part) {
    if (part.kind === "end") return;
    if (fold.openable(part)) toggle(part);
    store.choose(part, "graph");
  }

  /** Open or close a unit, which stays where it is on the screen. */
  function toggle(part) {
    const before = placeOf(part.id);
    if (!open.delete(part.id)) open.add(part.id);
    draw();
    const after = placeOf(part.id);
    if (!before || !after) return;
    const now = d3.zoomTransform(view);
    const dx = before.x + before.box.width / 2 - after.x - after.box.width / 2;
    move(now.translate(dx, before.y - after.y));
  }

  function placeOf(id) {
    for (const one of arrange.flat(drawn, 0, 0)) if (one.box.part.id === id) return one;
    return null;
  }

  function draw() {
    const focused = view.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    drawn = arrange.whole(open);
    const all = [...arrange.flat(drawn, 0, 0)];
    const boxes = all.filter((one) => one.box !== drawn);
    const frames = boxes.filter((one) => one.box.open).map(drawBox);
    const links = all.filter((one) => one.box.open).map((one) => drawLinks(one.box, one.x, one.y));
    const leaves = boxes.filter((one) => !one.box.open).map(drawBox);
    plane.replaceChildren(...frames, ...links, ...leaves);
    mark();
    if (focused) plane.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  function mark() {
    for (const group of plane.querySelectorAll(".box"))
      group.classList.toggle("chosen", group.dataset.id === store.part?.id);
  }

  function move(transform) {
    d3.select(view).call(zoom.transform, transform);
  }

  /** Show everything; at first, only as much as can be read. */
  function fit(least) {
    const { clientWidth: width, clientHeight: height } = view;
    const whole = Math.min(width / (drawn.width + 24), height / (drawn.height + 24), 1.25);
    const scale = Math.max(whole, least);
    const top = drawn.height * scale > height ? 12 : (height - drawn.height * scale) / 2;
    move(d3.zoomIdentity.translate((width - drawn.width * scale) / 2, top).scale(scale));
  }

  /** Open the blocks around a layer or a unit, and bring it to the middle. */
  function reveal(part) {
    const trail = fold.trail(part.from);
    const last = trail.findIndex((one) => one.id === part.id);
    const shown = trail.slice(0, last > 0 ? last + 1 : trail.length);
    shown.slice(0, -1).forEach((one) => open.add(one.id));
    draw();
    const place = placeOf(shown[shown.length - 1].id);
    if (!place) return;
    const scale = Math.max(d3.zoomTransform(view).k, 0.8);
    const [x, y] = [place.x + place.box.width / 2, place.y + Math.min(place.box.height, 200) / 2];
    move(
      d3.zoomIdentity.translate(view.clientWidth / 2 - x * scale, view.clientHeight * 0.35 - y * scale).scale(scale),
    );
    specc.byId("graph").scrollIntoView({ block: "nearest" });
    plane.querySelector(`[data-id="${CSS.escape(shown[shown.length - 1].id)}"]`)?.classList.add("chosen");
  }

  function onKey(event) {
    const now = d3.zoomTransform(view);
    const ways = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") d3.select(view).call(zoom.scaleBy, 1.25);
    else if (event.key === "-") d3.select(view).call(zoom.scaleBy, 0.8);
    else if (event.key === "0") fit(0);
    else if (ways[event.key]) move(now.translate(ways[event.key][0] / now.k, ways[event.key][1] / now.k));
    else return;
    event.preventDefault();
  }

  function tools() {
    const button = (text, label, action) =>
      specc.el("button", { type: "button", class: "button", title: label, "aria-label": label, onclick: action }, text);
    const folding = specc.el("input", { type: "checkbox", checked: true });
    folding.addEventListener("change", () => {
      fold.folding = folding.checked;
      reset(AT_FIRST);
    });
    specc.byId("graph-tools").append(
      specc.el("label", { class: "check" }, folding, "fold repeats"),
      button("Open more", "Open the blocks that are seen", () => (openNext(), draw())),
      button("Close all", "Close all blocks", () => reset(0)),
      button("−", "Zoom out", () => d3.select(view).call(zoom.scaleBy, 0.8)),
      button("+", "Zoom in", () => d3.select(view).call(zoom.scaleBy, 1.25)),
      button("Fit", "Fit the whole graph", () => fit(0)),
    );
  }

  function reset(most) {
    open.clear();
    open.add(fold.ROOT.id);
    openLevels(most);
    draw();
    fit(READABLE);
  }

  specc.startGraph = () => {
    const arrow = svg(
      "marker",
      { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
      svg("path", { class: "arrow", d: "M0,0.8L7.5,4L0,7.2Z" }),
    );
    plane = svg("g");
    view = svg("svg", { role: "group", "aria-label": "Graph of the model" }, svg("defs", null, arrow), plane);
    const host = specc.byId("graph-view");
    host.append(view);
    zoom = d3.zoom().scaleExtent(SCALES).clickDistance(4);
    zoom.filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button));
    zoom.on("zoom", (event) => plane.setAttribute("transform", event.transform));
    d3.select(view).call(zoom).on("dblclick.zoom", null);
    host.addEventListener("keydown", onKey);
    tools();
    reset(AT_FIRST);
    specc.onWidth(host, () => fit(READABLE));
    store.on("part", mark);
    store.on("measure", draw);
    specc.revealInGraph = reveal;
  };
})();
