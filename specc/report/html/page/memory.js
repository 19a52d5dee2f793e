/** Bytes of living tensors over the layers of a run, with the peak. */
(() => {
  "use strict";

  const { fold, model, store, el, svg } = specc;
  const { memory, layers } = model.data;
  const MARGIN = { top: 26, right: 28, bottom: 40, left: 74 };

  let drawn = null;

  /** The layers in at most `most` equal stretches, each by its highest. */
  function stretches(most) {
    const each = Math.ceil(memory.live.length / most);
    const found = [];
    for (let start = 0; start < memory.live.length; start += each) {
      let top = start;
      for (let layer = start; layer < Math.min(start + each, memory.live.length); layer += 1)
        if (memory.live[layer] > memory.live[top]) top = layer;
      found.push({ start, stop: Math.min(start + each, memory.live.length), top });
    }
    return found;
  }

  /** Round steps of 1, 2 or 4 powers of two, so that ticks are short in binary units. */
  function ticks(most) {
    let step = 2 ** Math.max(0, Math.ceil(Math.log2(most / 5)));
    if (most / step < 2.5 && step > 1) step /= 2;
    return d3.range(0, most * 1.0001, step);
  }

  function axes(x, y, width, height, most) {
    const across = svg("g", { class: "axis bare", transform: `translate(0,${height - MARGIN.bottom})` });
    const along = svg("g", { class: "axis", transform: `translate(${MARGIN.left},0)` });
    d3.select(across).call(
      d3
        .axisBottom(x)
        .ticks(Math.min(6, memory.live.length))
        .tickFormat((value) => (Number.isInteger(value) ? value.toLocaleString("en-US") : "")),
    );
    d3.select(along).call(
      d3
        .axisLeft(y)
        .tickValues(ticks(most))
        .tickFormat(specc.bytes)
        .tickSizeInner(MARGIN.left + MARGIN.right - width),
    );
    return [
      across,
      along,
      svg(
        "text",
        { class: "axis-name", x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 6, "text-anchor": "middle" },
        "layer, in the order of the run",
      ),
    ];
  }

  function peakMark(x, y, width, most) {
    const at = memory.peak === null ? x(0) : x(memory.peak + 0.5);
    const right = at > width / 2;
    return [
      svg("line", { class: "peak", x1: at, x2: at, y1: y(0), y2: y(most) }),
      svg("circle", { class: "peak", cx: at, cy: y(most), r: 4 }),
      svg(
        "text",
        { class: "peak-name", x: at + (right ? -8 : 8), y: y(most) - 8, "text-anchor": right ? "end" : "start" },
        `peak ${specc.bytes(most)}${memory.peak === null ? "" : ` at ${layers.path[memory.peak]}`}`,
      ),
    ];
  }

  function draw(host, width) {
    const height = Math.max(280, Math.min(420, width * 0.72));
    const most = memory.live.reduce((a, b) => Math.max(a, b), memory.inputs);
    const x = d3.scaleLinear([0, memory.live.length], [MARGIN.left, width - MARGIN.right]);
    const y = d3.scaleLinear([0, most], [height - MARGIN.bottom, MARGIN.top]);
    const steps = stretches(width - MARGIN.left - MARGIN.right);
    const place = (at, layer) => `${x(at).toFixed(1)},${y(memory.live[layer]).toFixed(1)}`;
    const edge = steps.map((one) => `L${place(one.start, one.top)}L${place(one.stop, one.top)}`).join("");
    const cursor = svg("line", { class: "cursor", y1: MARGIN.top, y2: height - MARGIN.bottom, visibility: "hidden" });
    const picture = svg(
      "svg",
      { width, height, tabindex: 0, role: "img", "aria-label": label(most) },
      ...axes(x, y, width, height, most),
      svg("path", { class: "area", d: `M${x(0)},${y(0)}${edge}L${x(memory.live.length)},${y(0)}Z` }),
      svg("line", {
        class: "held-line",
        x1: MARGIN.left,
        x2: width - MARGIN.right,
        y1: y(memory.inputs),
        y2: y(memory.inputs),
      }),
      ...peakMark(x, y, width, most),
      cursor,
    );
    listen(picture, cursor, x, steps);
    host.replaceChildren(picture);
    drawn = { cursor, x };
    point();
  }

  const label = (most) =>
    `Bytes of living tensors over ${memory.live.length} layers; the peak is ${specc.bytes(most)}. ` +
    "Left and right choose a layer.";

  function listen(picture, cursor, x, steps) {
    const layerOf = (event) => {
      const place = x.invert(event.clientX - picture.getBoundingClientRect().left);
      const step = steps.find((one) => place >= one.start && place < one.stop);
      return step ? step.top : -1;
    };
    specc.tip(picture, (event) => {
      const layer = event ? layerOf(event) : -1;
      return layer < 0
        ? null
        : [layers.path[layer], `${specc.bytes(memory.live[layer])} live`, `layer ${layer + 1} of ${model.count}`];
    });
    picture.addEventListener(
      "click",
      (event) => layerOf(event) >= 0 && store.choose(fold.ofLayer(layerOf(event)), "memory"),
    );
    picture.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const now = store.part && store.part.layer >= 0 ? store.part.layer : way > 0 ? -1 : model.count;
      store.choose(fold.ofLayer(Math.max(0, Math.min(model.count - 1, now + way))), "memory");
    });
  }

  function point() {
    if (!drawn) return;
    const { cursor, x } = drawn;
    const layer = store.part ? store.part.layer : -1;
    cursor.setAttribute("visibility", layer >= 0 ? "visible" : "hidden");
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, x(Math.max(0, layer) + 0.5));
  }

  function held() {
    const rows = memory.held.map((one) => {
      const maker = one.tensor < 0 ? null : model.makers[one.tensor];
      const name =
        maker === null || maker < 0
          ? one.name
          : specc.link(layers.path[maker], () => store.choose(fold.ofLayer(maker), "memory"));
      return el(
        "tr",
        null,
        el("td", null, name),
        el("td", null, one.type),
        el("td", { class: "number" }, specc.bytes(one.bytes)),
      );
    });
    if (memory.others.count)
      rows.push(
        el(
          "tr",
          null,
          el("td", { colspan: 2 }, `${memory.others.count} smaller tensors`),
          el("td", { class: "number" }, specc.bytes(memory.others.bytes)),
        ),
      );
    const head = el(
      "tr",
      null,
      el("th", { scope: "col" }, "held at the peak"),
      el("th", { scope: "col" }, "type"),
      el("th", { scope: "col", class: "number" }, "bytes"),
    );
    return el("table", { class: "held" }, el("thead", null, head), el("tbody", null, rows));
  }

  specc.startMemory = () => {
    const host = specc.byId("memory-view");
    if (!memory) {
      host.append(el("p", { class: "note" }, "Bind all sizes to see how many bytes live at each moment."));
      return;
    }
    specc.byId("memory-held").append(held());
    specc.onWidth(host, (width) => draw(host, width));
    store.on("part", point);
  };
})();
