/** What there is to say about the chosen layer or block. */
(() => {
  "use strict";

  const { fold, model, store, el } = specc;
  const { layers } = model.data;
  const MOST_SHOWN = 12;

  const section = (title, ...children) => el("section", null, el("h3", null, title), ...children);

  function table(rows) {
    return el(
      "table",
      { class: "pairs" },
      rows.map(([word, ...cells]) =>
        el(
          "tr",
          null,
          el("th", { scope: "row" }, word),
          cells.map((cell) => el("td", null, cell)),
        ),
      ),
    );
  }

  /** A line of a spec with the place in it marked. */
  function code(place) {
    const { name, line, column, width, text } = place;
    const end = column - 1 + width;
    return [
      el("div", { class: "place" }, `${name}:${line}:${column}`),
      el(
        "pre",
        { class: "code" },
        text.slice(0, column - 1).trimStart(),
        el("mark", null, text.slice(column - 1, end)),
        text.slice(end).trimEnd(),
      ),
    ];
  }

  /** Text in which backquotes mark code. */
  const prose = (text) => text.split("`").map((piece, index) => (index % 2 ? el("code", null, piece) : piece));

  const choose = (part) => store.choose(part, "details");
  const layerLink = (layer) => specc.link(layers.path[layer], () => choose(fold.ofLayer(layer)));

  function source(tensor) {
    if (tensor < 0) return "stored";
    const maker = model.makers[tensor];
    return maker < 0 ? `input ${model.data.inputs[-1 - maker].name}` : layerLink(maker);
  }

  const typeText = (type) => type.join("");

  function inputs(layer) {
    const ports = model.ports(layer);
    return layers.reads[layer].map((tensor, index) => [
      ports[index],
      el(
        "span",
        null,
        tensor < 0 ? null : el("div", null, typeText(model.tensorType(tensor))),
        "from ",
        source(tensor),
      ),
    ]);
  }

  function outputs(layer) {
    const first = model.firstTensor[layer];
    return model.outputs(layer).map((type, index) => {
      const all = model.readers[first + index];
      const readers = all
        .filter((reader) => reader < model.count)
        .slice(0, MOST_SHOWN)
        .map(layerLink);
      const more = all.length > MOST_SHOWN ? `and ${all.length - MOST_SHOWN} more` : null;
      const ends = model.data.outputs
        .filter((output) => output.tensor === first + index)
        .map((output) => `output ${output.name}`);
      const to = [...ends, ...readers, more].filter(Boolean).flatMap((one, place) => (place ? [", ", one] : [one]));
      return [String(index), el("span", null, el("div", null, typeText(type)), "to ", to.length ? to : "nothing")];
    });
  }

  /** A number with its formula where that says more. */
  function amount(field, layer, format) {
    const value = layers[field][layer];
    const formula = model.formula(field, layer);
    if (value === null) return el("code", null, formula);
    const exact = format === specc.bytes ? specc.bytes(value) : specc.exact(value);
    return String(value) === formula ? exact : el("span", null, exact, el("code", { class: "formula" }, formula));
  }

  function costs(layer) {
    const rows = [
      ["parameters", specc.exact(layers.params[layer])],
      ["MACs", amount("macs", layer, specc.count)],
      ["FLOPs", amount("flops", layer, specc.count)],
      ["bytes", amount("bytes", layer, specc.bytes)],
      ["intensity", model.intensity(layer) === null ? "–" : `${specc.ratio(model.intensity(layer))} FLOP/B`],
    ];
    if (layers.seconds) {
      const bound = layers.bound[layer];
      rows.push(["bound by", bound || "nothing: part of the layer before, or moves no data"]);
      rows.push(["predicted time", `${specc.seconds(layers.seconds[layer])} (${specc.percent(layers.share[layer])})`]);
    }
    if (model.data.memory) rows.push(["live memory", specc.bytes(model.data.memory.live[layer])]);
    return table(rows);
  }

  function weights(layer) {
    const all = model.weights(layer);
    if (!all.length) return null;
    const rows = all.map(([port, type, role, name]) => [
      port,
      typeText(type),
      role === "trainable" ? name : [role, name].filter(Boolean).join(", "),
    ]);
    return section("Weights", table(rows));
  }

  function layerParts(part) {
    const layer = part.layer;
    const kind = model.kind(layer);
    const attributes = model.attributes(layer);
    const place = model.place(layer);
    const calls = model.calls(layer);
    return [
      el("p", { class: "kind" }, el("strong", null, kind.name), " · ", prose(kind.doc)),
      part.count > 1 ? el("p", { class: "note" }, `${part.count} equal layers in a row; this is the first.`) : null,
      place ? section("Source", ...code(place)) : null,
      section(part.count > 1 ? "Cost of one" : "Cost", costs(layer)),
      section("Inputs", table(inputs(layer))),
      section("Results", table(outputs(layer))),
      attributes.length ? section("Attributes", table(attributes)) : null,
      weights(layer),
      calls.length ? section("Called from", ...calls.flatMap(code)) : null,
    ];
  }

  function blockParts(part) {
    const whole = (key) => {
      const { text, whole: all } = model.measures[key];
      const sum = fold.sum(key, part);
      return sum === null ? "–" : `${text(sum)}${all ? ` (${specc.percent(sum / all)})` : ""}`;
    };
    const keys = [
      ["params", "parameters"],
      ["macs", "MACs"],
      ["flops", "FLOPs"],
      ["bytes", "bytes moved"],
      ["seconds", "predicted time"],
    ];
    const rows = keys.filter(([key]) => model.measures[key].of).map(([key, word]) => [word, whole(key)]);
    const docs = part.item < 0 ? "" : model.data.docs[model.path(part.item)];
    const inner = specc.model.layersIn(part.from, part.to);
    const kinds = new Map();
    for (let item = part.from; item < part.to; item += 1) {
      const layer = model.items.layer[item];
      if (layer >= 0) kinds.set(model.kind(layer).name, (kinds.get(model.kind(layer).name) || 0) + 1);
    }
    const sorted = [...kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_SHOWN);
    const what =
      part === fold.ROOT
        ? "Model"
        : part.kind === "range"
          ? "Range of neighbours"
          : part.count > 1
            ? `${part.count} equal blocks`
            : "Block";
    return [
      el("p", { class: "kind" }, el("strong", null, what), ` · ${inner.toLocaleString("en-US")} layers`),
      docs ? el("p", { class: "doc" }, docs) : null,
      section(part.count > 1 ? `Cost of all ${part.count}` : "Cost", table(rows)),
      section("Layers in it", table(sorted.map(([kind, times]) => [kind, times.toLocaleString("en-US")]))),
    ];
  }

  function show(part) {
    const host = specc.byId("details");
    const close = el(
      "button",
      {
        type: "button",
        class: "button close",
        "aria-label": "Close details",
        onclick: () => store.choose(null, "details"),
      },
      "×",
    );
    host.classList.toggle("filled", Boolean(part));
    if (!part) {
      const note = el(
        "p",
        { class: "note" },
        "Choose a layer or a block, in any view, to see its shapes, costs and source. Until then, the whole model:",
      );
      host.replaceChildren(note, el("h2", null, model.data.model), ...blockParts(fold.ROOT).filter(Boolean));
      return;
    }
    const actions = el(
      "div",
      { class: "actions" },
      el("button", { type: "button", class: "button", onclick: () => specc.revealInGraph(part) }, "Show in graph"),
      part.layer >= 0
        ? el(
            "button",
            { type: "button", class: "button", onclick: () => specc.revealInTable(part.layer) },
            "Show in table",
          )
        : null,
    );
    const body = part.layer >= 0 ? layerParts(part) : blockParts(part);
    const times = specc.times(part);
    host.replaceChildren(
      el("div", { class: "details-head" }, el("h2", null, `${fold.path(part)}${times}`), close),
      actions,
      ...body.filter(Boolean),
    );
    host.scrollTop = 0;
  }

  specc.startDetails = () => {
    store.on("part", show);
    show(null);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") store.choose(null, "details");
    });
  };
})();
