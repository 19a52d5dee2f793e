/** Where the time goes and what could be changed. */
(() => {
  "use strict";

  const { fold, model, store, el } = specc;
  const { advice } = model.data;
  const MOST = 6;

  function layerLink(path) {
    const layer = model.layerAt(path);
    return layer < 0 ? path : specc.link(path, () => store.choose(fold.ofLayer(layer), "advice"));
  }

  function paths(all) {
    const shown = all
      .slice(0, MOST)
      .map(layerLink)
      .flatMap((link, index) => (index ? [", ", link] : [link]));
    return all.length > MOST ? [...shown, ` and ${all.length - MOST} more`] : shown;
  }

  function largest() {
    const rows = advice.largest.map((one) =>
      el(
        "li",
        null,
        el("span", { class: "share" }, specc.percent(one.share)),
        el("span", { class: "gauge" }, el("i", { style: `width:${(100 * one.share).toFixed(2)}%` })),
        el("span", null, layerLink(one.path), ` (${one.why})`),
      ),
    );
    const more = advice.stretches.map((one) =>
      el(
        "li",
        null,
        el("span", { class: "share" }, specc.percent(one.share)),
        el("span", { class: "gauge" }, el("i", { style: `width:${(100 * one.share).toFixed(2)}%` })),
        el(
          "span",
          null,
          `${one.layers} layers bound by ${one.bound}, `,
          layerLink(one.first),
          " to ",
          layerLink(one.last),
        ),
      ),
    );
    return el(
      "div",
      { class: "largest" },
      el("h3", null, model.data.roofline ? "Where the time goes" : "Where the MACs go"),
      rows.length ? el("ul", null, rows) : el("p", { class: "note" }, "Nothing to rank while sizes are free."),
      more.length ? [el("h3", null, "Stretches that arithmetic does not bound"), el("ul", null, more)] : null,
      critical(),
    );
  }

  function critical() {
    const made = advice.critical;
    if (!made || !made.seconds) return null;
    const gain = specc.ratio(made.work / made.seconds);
    const layers = made.layers.length.toLocaleString("en-US");
    return el(
      "p",
      null,
      el("strong", null, "Critical path "),
      `${specc.seconds(made.seconds)} of ${specc.seconds(made.work)}, ${layers} layers: `,
      `branches side by side gain ${gain} times at best.`,
    );
  }

  function change(one) {
    return el(
      "article",
      null,
      el("h4", null, one.kind),
      el("p", { class: "where" }, ...paths(one.paths)),
      el("p", null, one.why),
      one.change ? el("p", { class: "change" }, el("span", { "aria-hidden": "true" }, "→ "), one.change) : null,
      one.figures.map((line) => el("p", { class: "figures" }, line)),
      one.source ? el("p", { class: "source" }, one.source) : null,
    );
  }

  specc.startAdvice = () => {
    const changes = advice.changes.map(change);
    const body = changes.length
      ? [el("p", { class: "note" }, advice.note), el("div", { class: "cards" }, changes)]
      : [el("p", { class: "note" }, "Nothing stands out.")];
    specc
      .byId("advice-view")
      .append(largest(), el("div", { class: "changes" }, el("h3", null, "What could be changed"), ...body));
  };
})();
