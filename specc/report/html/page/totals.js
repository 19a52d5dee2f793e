/** The top of the page: what the report is about, and its totals. */
(() => {
  "use strict";

  const { data } = specc.model;
  const { el, byId } = specc;

  const pair = (word, ...value) => el("div", null, el("dt", null, word), el("dd", null, ...value));

  /** `25,557,032 (25.6M)` as a large short number above the exact one. */
  function total([word, text]) {
    const match = /^(.+) \((.+)\)$/.exec(text);
    const long = text.length > 12 && !match;
    const [large, small] = match ? [match[2], match[1]] : [text, ""];
    const entry = el("div", long ? { class: "long" } : null, el("dt", null, word), el("dd", null, large));
    if (small) entry.append(el("dd", { class: "exact" }, small));
    return entry;
  }

  specc.startTotals = () => {
    const parameters = data.parameters.map(([name, value]) => `${name} = ${value}`).join(", ");
    const bindings = Object.entries(data.bindings)
      .map(([name, value]) => `${name} = ${value}`)
      .join(", ");
    byId("title").textContent = data.model;
    byId("doc").textContent = data.doc.split("\n\n")[0];
    byId("doc").hidden = !data.doc;
    byId("facts").append(
      ...(parameters ? [pair("parameters", parameters)] : []),
      pair("sizes", bindings || "none bound"),
      pair("target", el("strong", null, data.target.name), data.target.doc ? ` · ${data.target.doc}` : ""),
      pair("layers", specc.model.count.toLocaleString("en-US")),
      pair("made by", el("code", null, data.command), ` · specc ${data.version}`),
    );
    byId("totals").append(...data.totals.map(total));
    byId("command").textContent = data.command;
    byId("version").textContent = data.version;
    if (data.bound) return;
    const sizes = data.free.map((name) => `-b ${name}=…`).join(" ") || "-b NAME=…";
    byId("free").textContent =
      `Some sizes are free, so that costs are formulas. Bind them (${sizes}) for numbers, memory and times.`;
    byId("free").hidden = false;
  };
})();
