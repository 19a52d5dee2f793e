/** The layers as a table, sorted and filtered; only the rows that are seen are in the document. */
(() => {
  "use strict";

  const { fold, model, store, el } = specc;
  const { layers } = model.data;
  const ROW = 28;
  const SPARE = 12;
  const place = (layer) => {
    const at = model.place(layer);
    return at ? `${at.name}:${at.line}:${at.column}` : "";
  };

  /** A column of numbers; those that are 0 are left blank, for those that are not known there is `other`. */
  function number(key, name, of, format, other = () => "") {
    const text = (layer) => (of(layer) === null ? other(layer) : of(layer) ? format(of(layer)) : "");
    return { key, name, number: true, text, by: of };
  }

  const field = (key) => (layer) => layers[key][layer];
  const cost = (key, name, format) => number(key, name, field(key), format, (layer) => model.formula(key, layer));

  /** A column: its heading, its text, and what it is sorted by where that is not the text. */
  const COLUMNS = [
    { key: "order", name: "#", number: true, text: (layer) => String(layer + 1), by: (layer) => layer },
    { key: "path", name: "path", text: field("path") },
    { key: "layer", name: "layer", text: (layer) => model.kind(layer).name },
    { key: "output", name: "output", text: model.shape },
    number("params", "params", field("params"), specc.count),
    cost("macs", "MACs", specc.count),
    cost("flops", "FLOPs", specc.count),
    cost("bytes", "bytes", specc.bytes),
    ...(layers.seconds
      ? [
          number("time", "time", field("seconds"), specc.seconds),
          number("share", "share", field("share"), specc.percent),
          { key: "bound", name: "bound", text: (layer) => layers.bound[layer] || "" },
        ]
      : []),
    number("intensity", "FLOP/B", model.intensity, specc.ratio),
    { key: "source", name: "source", text: place },
  ];

  let rows = Array.from({ length: model.count }, (_, layer) => layer);
  let sort = { column: COLUMNS[0], down: false };
  let body;
  let host;
  let status;
  let heads;

  function sorted(list) {
    const { column, down } = sort;
    const way = down ? -1 : 1;
    const keys = new Map(list.map((layer) => [layer, column.by ? column.by(layer) : column.text(layer)]));
    return [...list].sort((a, b) => {
      const [one, other] = [keys.get(a), keys.get(b)];
      if (one === other) return a - b;
      if (one === null || other === null) return one === null ? 1 : -1;
      return one < other ? -way : way;
    });
  }

  /** Layers whose path, layer, bound, shape or source has every word of the filter. */
  function filtered(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const all = Array.from({ length: model.count }, (_, layer) => layer);
    if (!words.length) return all;
    return all.filter((layer) => {
      const facts = [
        layers.path[layer],
        model.kind(layer).name,
        layers.bound?.[layer],
        model.shape(layer),
        place(layer),
      ];
      const told = facts.join(" ").toLowerCase();
      return words.every((word) => told.includes(word));
    });
  }

  function update(text) {
    rows = sorted(filtered(text));
    status.textContent =
      rows.length === model.count
        ? `${model.count.toLocaleString("en-US")} layers`
        : `${rows.length.toLocaleString("en-US")} of ${model.count.toLocaleString("en-US")} layers`;
    host.scrollTop = 0;
    draw();
  }

  const spacer = (height) =>
    el(
      "tr",
      { class: "spacer", "aria-hidden": "true" },
      el("td", { colspan: COLUMNS.length, style: `height:${height}px` }),
    );

  function draw() {
    const first = Math.max(0, Math.floor(host.scrollTop / ROW) - SPARE);
    const last = Math.min(rows.length, Math.ceil((host.scrollTop + host.clientHeight) / ROW) + SPARE);
    const focused = document.activeElement?.dataset?.row;
    body.replaceChildren(
      spacer(first * ROW),
      ...rows.slice(first, last).map((layer, index) => row(layer, first + index)),
      spacer((rows.length - last) * ROW),
    );
    if (focused !== undefined && document.activeElement === document.body)
      body.querySelector(`[data-row="${focused}"]`)?.focus({ preventScroll: true });
  }

  function row(layer, index) {
    const chosen = store.part?.layer === layer;
    const cells = COLUMNS.map((column) => {
      const text = column.text(layer);
      return el("td", { class: column.number ? "number" : column.key, title: text.length > 24 ? text : null }, text);
    });
    const line = el(
      "tr",
      {
        tabindex: 0,
        "data-row": index,
        "data-layer": layer,
        "aria-rowindex": index + 2,
        "aria-selected": String(chosen),
        class: chosen ? "chosen" : null,
      },
      cells,
    );
    return specc.pressable(line, () => store.choose(fold.ofLayer(layer), "table"));
  }

  function step(event) {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const from = event.target.closest("[data-row]");
    if (!way || !from) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, Number(from.dataset.row) + way));
    scrollTo(next);
    body.querySelector(`[data-row="${next}"]`)?.focus({ preventScroll: true });
  }

  function scrollTo(index) {
    const room = host.clientHeight - ROW * 2;
    if (index * ROW < host.scrollTop) host.scrollTop = index * ROW;
    else if (index * ROW > host.scrollTop + room) host.scrollTop = index * ROW - room;
    draw();
  }

  function head(column) {
    const button = el("button", { type: "button" }, column.name, el("span", { class: "arrow", "aria-hidden": "true" }));
    const cell = el(
      "th",
      { scope: "col", class: column.number ? "number" : column.key, "aria-sort": "none", "data-key": column.key },
      button,
    );
    button.addEventListener("click", () => {
      const down = sort.column === column ? !sort.down : Boolean(column.number) && column.key !== "order";
      sort = { column, down };
      showSort();
      rows = sorted(rows);
      host.scrollTop = 0;
      draw();
    });
    return cell;
  }

  function showSort() {
    for (const cell of heads) {
      const own = cell.dataset.key === sort.column.key;
      cell.setAttribute("aria-sort", own ? (sort.down ? "descending" : "ascending") : "none");
      cell.querySelector(".arrow").textContent = own ? (sort.down ? " ▼" : " ▲") : "";
    }
  }

  specc.startTable = () => {
    host = specc.byId("table-view");
    heads = COLUMNS.map(head);
    body = el("tbody");
    status = el("span", { class: "status", role: "status" });
    const filter = el("input", {
      type: "search",
      placeholder: "filter: conv memory layer3",
      "aria-label": "Filter the layers by words",
      id: "filter",
    });
    filter.addEventListener("input", () => update(filter.value));
    specc.byId("table-tools").append(status, filter);
    host.append(
      el(
        "table",
        { class: "layers", "aria-rowcount": model.count + 1 },
        el("thead", null, el("tr", null, heads)),
        body,
      ),
    );
    host.addEventListener("scroll", draw, { passive: true });
    host.addEventListener("keydown", step);
    new ResizeObserver(draw).observe(host);
    showSort();
    update("");
    store.on("part", draw);
    specc.revealInTable = (layer) => {
      if (!rows.includes(layer)) update((filter.value = ""));
      specc.byId("layers").scrollIntoView({ block: "start" });
      scrollTo(rows.indexOf(layer));
    };
  };
})();
