/** Layers in the roofline of the device: FLOP/s that they reach by the prediction against FLOPs for each byte. */
(() => {
  "use strict";

  const { fold, model, store, el, svg } = specc;
  const { layers, roofline } = model.data;
  const MOST = 1200;
  const MARGIN = { top: 22, right: 16, bottom: 40, left: 62 };
  const BOUNDS = ["compute", "memory", "overhead"];
  /** The form of each bound, so that it can be told without colour. */
  const FORMS = {
    compute: (r) => `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`,
    memory: (r) => `M${-r},${-r}H${r}V${r}H${-r}Z`,
    overhead: (r) => `M0,${-1.2 * r}L${1.15 * r},${0.8 * r}H${-1.15 * r}Z`,
  };

  /** Equal layers are one point; the largest first. */
  function points() {
    const found = new Map();
    for (let layer = 0; layer < model.count; layer += 1) {
      const seconds = layers.seconds[layer];
      const flops = layers.flops[layer];
      const intensity = model.intensity(layer);
      if (!seconds || !flops || !intensity) continue;
      const [x, y] = [intensity, flops / seconds];
      const key = `${model.kind(layer).name} ${layers.bound[layer]} ${x.toPrecision(4)} ${y.toPrecision(4)}`;
      const known = found.get(key);
      if (known) {
        known.count += 1;
        known.seconds += seconds;
      } else found.set(key, { layer, x, y, bound: layers.bound[layer], seconds, count: 1 });
    }
    return [...found.values()].sort((a, b) => b.seconds - a.seconds);
  }

  function scales(shown, width, height) {
    const ridge = roofline.peak / roofline.bandwidth;
    const xs = [...shown.map((one) => one.x), ridge / 8, ridge * 8];
    const ys = [...shown.map((one) => one.y), roofline.peak];
    const x = d3.scaleLog([Math.min(...xs) / 1.5, Math.max(...xs) * 1.5], [MARGIN.left, width - MARGIN.right]);
    const y = d3.scaleLog([Math.min(...ys) / 2, Math.max(...ys) * 2], [height - MARGIN.bottom, MARGIN.top]);
    return { x, y };
  }

  /** `peak` and `bandwidth` as a line that rises and then is flat. */
  function roof(x, y, peak, bandwidth, name) {
    const [low, high] = x.domain();
    const bend = Math.min(Math.max(peak / bandwidth, low), high);
    const floor = y.domain()[0];
    const start = Math.max(low, floor / bandwidth);
    const place = (at) => `${x(at)},${y(Math.min(peak, at * bandwidth))}`;
    const path = `M${place(start)}L${place(bend)}L${place(high)}`;
    return svg("path", { class: `roof ${name}`, d: path });
  }

  function roofs(x, y, width) {
    const { peak, conv_peak: conv, bandwidth, cache_bandwidth: cache } = roofline;
    const made = [];
    if (cache) made.push(roof(x, y, peak, cache, "second"));
    if (conv && conv !== peak) made.push(roof(x, y, conv, bandwidth, "second"));
    made.push(roof(x, y, peak, bandwidth, "first"));
    made.push(
      svg(
        "text",
        { class: "roof-name", x: width - MARGIN.right - 4, y: y(peak) - 12, "text-anchor": "end" },
        `peak ${specc.rate(peak, "FLOP/s")}`,
      ),
    );
    const at = Math.max(x.domain()[0] * 2, (y.domain()[0] * 6) / bandwidth);
    const angle = -(Math.atan2(y(at * bandwidth) - y(at * 2 * bandwidth), x(at * 2) - x(at)) * 180) / Math.PI;
    if (at * bandwidth < peak) {
      const place = `translate(${x(at)},${y(at * bandwidth) - 6}) rotate(${angle})`;
      made.push(svg("text", { class: "roof-name", transform: place }, `${specc.rate(bandwidth, "B/s")}`));
    }
    return made;
  }

  function axes(x, y, width, height) {
    const across = svg("g", { class: "axis", transform: `translate(0,${height - MARGIN.bottom})` });
    const along = svg("g", { class: "axis", transform: `translate(${MARGIN.left},0)` });
    const powers = (scale) => {
      const [low, high] = scale.domain().map(Math.log10);
      const step = Math.max(1, Math.ceil((high - low) / 7));
      return d3.range(Math.ceil(low), Math.floor(high) + 1, step).map((power) => Number(`1e${power}`));
    };
    d3.select(across).call(
      d3
        .axisBottom(x)
        .tickValues(powers(x))
        .tickFormat((value) => specc.ratio(value))
        .tickSizeInner(MARGIN.top + MARGIN.bottom - height)
        .tickPadding(8),
    );
    d3.select(along).call(
      d3
        .axisLeft(y)
        .tickValues(powers(y))
        .tickFormat((value) => specc.rate(value, ""))
        .tickSizeInner(MARGIN.left + MARGIN.right - width),
    );
    return [
      across,
      along,
      svg(
        "text",
        { class: "axis-name", x: (MARGIN.left + width - MARGIN.right) / 2, y: height - 6, "text-anchor": "middle" },
        "intensity, FLOP per byte",
      ),
      svg(
        "text",
        {
          class: "axis-name",
          transform: `translate(13,${(height - MARGIN.bottom + MARGIN.top) / 2}) rotate(-90)`,
          "text-anchor": "middle",
        },
        "FLOP/s, predicted",
      ),
    ];
  }

  function mark(one, x, y) {
    const share = one.seconds / model.measures.seconds.whole;
    const radius = 3 + 13 * Math.sqrt(share);
    const kind = model.kind(one.layer).name;
    const lines = [
      `${layers.path[one.layer]}${one.count > 1 ? ` and ${one.count - 1} equal` : ""}`,
      `${kind}, bound by ${one.bound}`,
      `${specc.ratio(one.x)} FLOP/B, ${specc.rate(one.y, "FLOP/s")}`,
      `${specc.seconds(one.seconds)}, ${specc.percent(share)} of the time`,
    ];
    const path = svg("path", {
      class: `point ${one.bound}`,
      d: FORMS[one.bound](radius),
      transform: `translate(${x(one.x)},${y(one.y)})`,
      tabindex: 0,
      role: "button",
      "aria-label": lines.join(", "),
      "data-layer": one.layer,
    });
    specc.tip(path, () => lines);
    return specc.pressable(path, () => store.choose(fold.ofLayer(one.layer), "roofline"));
  }

  function legend(all, shown) {
    const entries = BOUNDS.map((bound) => {
      const share =
        layers.seconds.reduce((sum, one, layer) => (layers.bound[layer] === bound ? sum + one : sum), 0) /
        model.measures.seconds.whole;
      const sign = svg(
        "svg",
        { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" },
        svg("path", { class: `point ${bound}`, d: FORMS[bound](5) }),
      );
      return el("span", null, sign, `${bound} bound, ${specc.percent(share)} of the time`);
    });
    const dashed = [
      roofline.cache_bandwidth ? `cache ${specc.rate(roofline.cache_bandwidth, "B/s")}` : null,
      roofline.conv_peak && roofline.conv_peak !== roofline.peak
        ? `convolutions ${specc.rate(roofline.conv_peak, "FLOP/s")}`
        : null,
    ].filter(Boolean);
    if (dashed.length) entries.push(el("span", null, `dashed: ${dashed.join(", ")}`));
    const silent = layers.seconds.filter((one, layer) => one && !layers.flops[layer]).length;
    if (silent)
      entries.push(el("span", null, `${silent.toLocaleString("en-US")} layers without arithmetic have no point`));
    if (shown < all.length) entries.push(el("span", null, `the ${shown} largest of ${all.length} points`));
    specc.byId("roofline-legend").replaceChildren(...entries);
  }

  function draw(host, all, width) {
    const shown = all.slice(0, MOST);
    const height = Math.max(300, Math.min(420, width * 0.72));
    const { x, y } = scales(shown, width, height);
    const marks = shown.map((one) => mark(one, x, y));
    host.replaceChildren(
      svg(
        "svg",
        { width, height, role: "group", "aria-label": "Roofline plot" },
        ...axes(x, y, width, height),
        ...roofs(x, y, width),
        ...marks,
      ),
    );
    choose();
  }

  function choose() {
    for (const path of specc.byId("roofline-view").querySelectorAll(".point"))
      path.classList.toggle("chosen", store.part !== null && Number(path.dataset.layer) === store.part.layer);
  }

  specc.startRoofline = () => {
    const host = specc.byId("roofline-view");
    if (!roofline) {
      const why = model.data.bound
        ? "The target has no figures of a device. Name one (--target h100; specc targets lists them)"
        : "Bind all sizes, and name a device as target,";
      host.append(el("p", { class: "note" }, `${why} to see what bounds each layer.`));
      return;
    }
    const all = points();
    if (!all.length) {
      host.append(el("p", { class: "note" }, "No layer has arithmetic of its own."));
      return;
    }
    legend(all, Math.min(MOST, all.length));
    specc.onWidth(host, (width) => draw(host, all, width));
    store.on("part", choose);
  };
})();
