/**
 * The data of the page: layers in the order of a run, and items, the layers and blocks in an order in which each block
 * stands before what is in it, so that a block is the items from its own number to `end`.
 */
(() => {
  "use strict";

  const data = JSON.parse(specc.byId("data").textContent);
  const { layers, items } = data;
  const count = layers.path.length;
  const size = items.parent.length;

  /** What layers are measured by; `of` is null where a size is free or there is no device. */
  const measures = {
    seconds: { name: "time", of: layers.seconds, text: specc.seconds },
    macs: { name: "MACs", of: layers.macs, text: specc.count },
    flops: { name: "FLOPs", of: layers.flops, text: specc.count },
    params: { name: "parameters", of: layers.params, text: specc.count },
    bytes: { name: "bytes moved", of: layers.bytes, text: specc.bytes },
  };
  for (const [key, measure] of Object.entries(measures)) {
    measure.key = key;
    if (measure.of && measure.of.includes(null)) measure.of = null;
    measure.sums = measure.of && summed(measure.of);
    measure.whole = measure.of ? measure.of.reduce((a, b) => a + b, 0) : null;
  }

  /** Sums of `numbers` over the layers of each item, as sums up to each item: `sums[end] - sums[start]`. */
  function summed(numbers) {
    const sums = new Float64Array(size + 1);
    for (let item = 0; item < size; item += 1)
      sums[item + 1] = sums[item] + (items.layer[item] < 0 ? 0 : numbers[items.layer[item]]);
    return sums;
  }

  const itemOf = new Int32Array(count);
  const layersBefore = new Int32Array(size + 1);
  const end = new Int32Array(size);
  for (let item = 0; item < size; item += 1) {
    end[item] = item + 1;
    layersBefore[item + 1] = layersBefore[item] + (items.layer[item] < 0 ? 0 : 1);
    if (items.layer[item] >= 0) itemOf[items.layer[item]] = item;
  }
  for (let item = size - 1; item >= 0; item -= 1)
    if (items.parent[item] >= 0) end[items.parent[item]] = Math.max(end[items.parent[item]], end[item]);

  /** The layer that makes each tensor, below 0 for an input of the model: -1 - its number. */
  const makers = [];
  data.inputs.forEach((_, index) => makers.push(-1 - index));
  const firstTensor = new Int32Array(count);
  for (let layer = 0; layer < count; layer += 1) {
    firstTensor[layer] = makers.length;
    layers.outputs.values[layers.outputs.at[layer]].forEach(() => makers.push(layer));
  }

  /** Layers that read each tensor; an output of the model is read by layer `count`. */
  const readers = makers.map(() => []);
  layers.reads.forEach((tensors, layer) => {
    for (const tensor of tensors) if (tensor >= 0) readers[tensor].push(layer);
  });
  for (const output of data.outputs) if (output.tensor >= 0) readers[output.tensor].push(count);

  function tensorType(tensor) {
    const maker = makers[tensor];
    if (maker < 0) return data.inputs[-1 - maker].type;
    return layers.outputs.values[layers.outputs.at[maker]][tensor - firstTensor[maker]];
  }

  const pooled = (column, layer) => column.values[column.at[layer]];

  specc.model = {
    data,
    count,
    items,
    size,
    end,
    itemOf,
    makers,
    readers,
    firstTensor,
    measures,
    tensorType,
    kind: (layer) => pooled(layers.kind, layer),
    attributes: (layer) => pooled(layers.attributes, layer),
    ports: (layer) => pooled(layers.ports, layer),
    outputs: (layer) => pooled(layers.outputs, layer),
    weights: (layer) => pooled(layers.weights, layer),
    calls: (layer) => pooled(layers.calls, layer).map((place) => data.places[place]),
    place: (layer) => (layers.place[layer] < 0 ? null : data.places[layers.place[layer]]),
    formula: (field, layer) => layers.formulas[layers[`${field}_formula`][layer]],
    intensity: (layer) =>
      layers.bytes[layer] && layers.flops[layer] !== null ? layers.flops[layer] / layers.bytes[layer] : null,
    /** The shape of the first result, as `[1, 64, 56, 56]`. */
    shape: (layer) => pooled(layers.outputs, layer)[0][1],
    layersIn: (from, to) => layersBefore[to] - layersBefore[from],
    /** Sum over the items from `from` up to `to`; null where it is not known. */
    sum(key, from, to) {
      const { sums, whole } = measures[key];
      if (!sums) return null;
      const sum = sums[to] - sums[from];
      return sum > whole * 1e-12 ? sum : 0;
    },
    /** The dotted path of an item. */
    path(item) {
      if (items.layer[item] >= 0) return layers.path[items.layer[item]];
      const names = [];
      for (let at = item; at >= 0; at = items.parent[at]) names.unshift(items.name[at]);
      return names.join(".");
    },
    /** The layer of a path, -1 where there is none. */
    layerAt: (() => {
      let known = null;
      return (path) => {
        known ??= new Map(layers.path.map((name, index) => [name, index]));
        return known.get(path) ?? -1;
      };
    })(),
  };
})();
