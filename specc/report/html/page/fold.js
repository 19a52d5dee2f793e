/**
 * Units: what the graph and the treemap show as one. A unit is a layer, a block, a run of equal ones (`0..11 ×12`, of
 * which the first stands for all) or, where a block has many parts, a range of neighbours. It covers the items from
 * `from` up to `to`; of a run, `one` is how many items its first has.
 */
(() => {
  "use strict";

  const { items, end, size, makers, readers, firstTensor, count, data } = specc.model;
  const MOST = 40;
  const FEW_ENDS = 8;
  const ROOT = {
    id: "root",
    kind: "block",
    label: data.model,
    item: -1,
    from: 0,
    to: size,
    one: size,
    count: 1,
    layer: -1,
  };

  let folding = true;
  const known = { parts: new Map(), links: new Map() };

  function unit(item, times) {
    const one = end[item] - item;
    const layer = items.layer[item];
    const last = item + one * (times - 1);
    const label = times > 1 ? `${items.name[item]}..${items.name[last]}` : items.name[item];
    const kind = layer < 0 ? "block" : "layer";
    return {
      id: `${kind}${item}x${times}`,
      kind,
      label,
      item,
      from: item,
      to: item + one * times,
      one,
      count: times,
      layer,
    };
  }

  function range(units) {
    const [first, last] = [units[0], units[units.length - 1]];
    const label = `${first.label} … ${last.label}`;
    const id = `range${first.from}-${last.to}`;
    return {
      id,
      kind: "range",
      label,
      item: -1,
      from: first.from,
      to: last.to,
      one: last.to - first.from,
      count: 1,
      layer: -1,
      units,
    };
  }

  /** At most `MOST` units: neighbours together in equal ranges where there are more. */
  function bounded(units) {
    if (units.length <= MOST) return units;
    let each = MOST;
    while (units.length / each > MOST) each *= MOST;
    const ranges = [];
    for (let start = 0; start < units.length; start += each) {
      const some = units.slice(start, start + each);
      ranges.push(some.length > 1 ? range(some) : some[0]);
    }
    return ranges;
  }

  /** The units right inside `part`. */
  function parts(part) {
    if (part.layer >= 0 || part.kind === "end") return [];
    if (!known.parts.has(part.id)) known.parts.set(part.id, bounded(part.units || inside(part)));
    return known.parts.get(part.id);
  }

  function inside(part) {
    const found = [];
    const stop = part.from + part.one;
    for (let item = part === ROOT ? 0 : part.from + 1; item < stop;) {
      const next = unit(item, folding ? items.run[item] : 1);
      found.push(next);
      item = next.to;
    }
    return found;
  }

  /** Inputs or outputs of the model as units: few of them singly, many as one. `of`: the tensor of each. */
  function ends(entries, word, of) {
    const all = entries.map((entry, index) => ({
      id: `${word}${index}`,
      kind: "end",
      label: entry.name,
      word,
      tensors: [of(entry, index)],
      layer: -1,
      count: 1,
    }));
    if (all.length <= FEW_ENDS) return all;
    return [{ ...all[0], label: `${all.length} ${word}s`, tensors: all.flatMap((end) => end.tensors) }];
  }

  /**
   * What lies inside an open unit: its `parts` and the `links` between them, each with the tensors that go there. A
   * link from `in` or to `out` leaves the unit. Of a run the first is shown, and what the second reads goes to `out`.
   */
  function links(part) {
    if (!known.links.has(part.id)) known.links.set(part.id, linked(part));
    return known.links.get(part.id);
  }

  function linked(part) {
    const inner = parts(part);
    const whole = part === ROOT;
    const inputs = whole ? ends(data.inputs, "input", (_, index) => index) : [];
    const outputs = whole ? ends(data.outputs, "output", (entry) => entry.tensor) : [];
    const owner = owners(part, inner);
    const found = new Map();
    const link = (from, to, tensor) => {
      if (from === to) return;
      const key = `${from}>${to}`;
      if (!found.has(key)) found.set(key, { from, to, tensors: new Set() });
      found.get(key).tensors.add(tensor);
    };
    const maker = (tensor) => {
      if (makers[tensor] >= 0) return owner(specc.model.itemOf[makers[tensor]]) ?? "in";
      return whole ? inputs.find((end) => end.tensors.includes(tensor)).id : "in";
    };
    for (let item = part.from; item < part.from + part.one; item += 1) {
      const layer = items.layer[item];
      if (layer < 0) continue;
      for (const tensor of data.layers.reads[layer]) if (tensor >= 0) link(maker(tensor), owner(item), tensor);
      const after = layer + 1 < count ? firstTensor[layer + 1] : makers.length;
      for (let tensor = firstTensor[layer]; tensor < after; tensor += 1)
        for (const reader of readers[tensor])
          if (reader < count && owner(specc.model.itemOf[reader]) === undefined) link(owner(item), "out", tensor);
          else if (reader === count && !whole) link(owner(item), "out", tensor);
    }
    for (const output of outputs)
      for (const tensor of output.tensors) if (tensor >= 0) link(maker(tensor), output.id, tensor);
    return { parts: [...inputs, ...inner, ...outputs], links: [...found.values()] };
  }

  /** The id of the part that an item of an open unit lies in; undefined outside. */
  function owners(part, inner) {
    const places = new Int32Array(part.one).fill(-1);
    inner.forEach((one, index) => places.fill(index, one.from - part.from, one.to - part.from));
    return (item) => {
      const place = item - part.from;
      return place >= 0 && place < part.one && places[place] >= 0 ? inner[places[place]].id : undefined;
    };
  }

  specc.fold = {
    ROOT,
    MOST,
    parts,
    links,
    get folding() {
      return folding;
    },
    set folding(value) {
      folding = value;
      known.parts.clear();
      known.links.clear();
    },
    /** The unit of one layer. */
    ofLayer: (layer) => unit(specc.model.itemOf[layer], 1),
    /** The units from the root down to an item, in a folded run down to its first. */
    trail(item) {
      const trail = [ROOT];
      for (;;) {
        const part = trail[trail.length - 1];
        let inner = null;
        for (const one of parts(part)) if (item >= one.from && item < one.to) inner = one;
        if (!inner) return trail;
        trail.push(inner);
        item = inner.count > 1 ? inner.from + ((item - inner.from) % inner.one) : item;
        if (item === inner.item) return trail;
      }
    },
    /** The path of a unit: that of its block or layer, of a run with the first and last number. */
    path(part) {
      if (part === ROOT) return data.model;
      if (part.item < 0) return part.label;
      const own = specc.model.path(part.item);
      return part.count > 1 ? `${own.slice(0, own.length - items.name[part.item].length)}${part.label}` : own;
    },
    openable: (part) => part.layer < 0 && part.kind !== "end",
    /** Sum of a measure over all that a unit covers. */
    sum: (key, part) => specc.model.sum(key, part.from, part.to),
  };
})();
