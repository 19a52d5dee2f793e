/** Numbers for people, spelt as the other forms of a report spell them. */
(() => {
  "use strict";

  const DECIMAL = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"];
  const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

  function scaled(value, base, units, space) {
    let power = 0;
    while (power + 1 < units.length && Math.round(value / base ** power) >= base) power += 1;
    if (!power) return `${Math.round(value)}${space}${units[0]}`;
    const number = value / base ** power;
    const digits = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
    return `${number.toFixed(digits)}${space}${units[power]}`;
  }

  const known = (format) => (value) => (value === null || !Number.isFinite(value) ? "–" : format(value));

  /** `25.6M` */
  specc.count = known((value) => scaled(value, 1000, DECIMAL, ""));
  /** `97.7 MiB` */
  specc.bytes = known((value) => scaled(value, 1024, BINARY, " "));
  /** `1.23 ms` */
  specc.seconds = known((value) => {
    if (!value) return "0";
    for (const [factor, unit] of [
      [1, "s"],
      [1e3, "ms"],
      [1e6, "us"],
    ])
      if (value * factor >= 0.9995) return `${Number((value * factor).toPrecision(3))} ${unit}`;
    return `${Number((value * 1e9).toPrecision(3))} ns`;
  });
  /** `1.98 PFLOP/s` */
  specc.rate = (value, unit) => {
    for (const [factor, prefix] of [
      [1e15, "P"],
      [1e12, "T"],
      [1e9, "G"],
      [1e6, "M"],
      [1e3, "K"],
    ])
      if (value >= 0.9995 * factor) return `${Number((value / factor).toPrecision(3))} ${prefix}${unit}`;
    return `${Number(value.toPrecision(3))} ${unit}`;
  };
  /** ` ×12` of a unit of twelve, nothing of a single one. */
  specc.times = (part) => (part.count > 1 ? ` ×${part.count.toLocaleString("en-US")}` : "");
  /** `12.3 %` */
  specc.percent = known((value) => (value > 0 && value < 0.0005 ? "< 0.1 %" : `${(100 * value).toFixed(1)} %`));
  /** Three digits. */
  specc.ratio = known((value) => String(Number(value.toPrecision(3))));
  /** Every digit, where JavaScript still has them all. */
  specc.exact = known((value) => (Number.isSafeInteger(value) ? value.toLocaleString("en-US") : specc.count(value)));
})();
