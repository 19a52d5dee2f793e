/** Elements of the page, and `specc`, which the other files add to. Text is always set as text, never read as HTML. */
const specc = {};

(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** An HTML element; attributes whose names begin with `on` are listeners, null ones are left out. */
  specc.el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

  /** The same for SVG. */
  specc.svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  specc.byId = (id) => document.getElementById(id);

  /** A button that looks like a link, for a layer or a block. */
  specc.link = (text, action, title) =>
    specc.el("button", { type: "button", class: "link", title, onclick: action }, text);

  /** A group of buttons of which one is pressed. `choices`: pairs of a value and a text. */
  specc.choice = (label, choices, current, action) => {
    const buttons = choices.map(([value, text]) =>
      specc.el("button", { type: "button", class: "button", "aria-pressed": String(value === current) }, text),
    );
    buttons.forEach((button, index) =>
      button.addEventListener("click", () => {
        buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
        action(choices[index][0]);
      }),
    );
    return specc.el("div", { class: "choice", role: "group", "aria-label": label }, buttons);
  };

  /** Let Enter and the space bar do what a click does. */
  specc.pressable = (element, action) => {
    element.addEventListener("click", action);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      action(event);
    });
    return element;
  };

  /** Show `lines` beside the pointer while it is over `element`, or below the element while it has the focus. */
  specc.tip = (element, lines) => {
    element.addEventListener("pointermove", (event) => specc.showTip(lines(event), event.clientX, event.clientY));
    element.addEventListener("pointerleave", specc.hideTip);
    element.addEventListener("focus", () => {
      const box = element.getBoundingClientRect();
      if (element.matches(":focus-visible")) specc.showTip(lines(null), box.left + box.width / 2, box.bottom);
    });
    element.addEventListener("blur", specc.hideTip);
  };

  specc.showTip = (lines, x, y) => {
    const tip = specc.byId("tip");
    if (!lines || !lines.length) return specc.hideTip();
    tip.replaceChildren(...lines.map((line, index) => specc.el(index ? "div" : "strong", null, line)));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
    tip.style.top = `${y + 16 + height > innerHeight ? Math.max(4, y - height - 10) : y + 16}px`;
  };

  specc.hideTip = () => {
    specc.byId("tip").hidden = true;
  };

  const pen = document.createElement("canvas").getContext("2d");

  /** Width of `text` in pixels. */
  specc.textWidth = (text, font) => {
    pen.font = font;
    return pen.measureText(text).width;
  };

  /** `text`, cut to `width` pixels. */
  specc.fit = (text, font, width) => {
    if (specc.textWidth(text, font) <= width) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (specc.textWidth(`${text.slice(0, middle)}…`, font) <= width) low = middle;
      else high = middle - 1;
    }
    return low ? `${text.slice(0, low)}…` : "";
  };

  /** Call `action` with the width inside `element` now and whenever it changes. */
  specc.onWidth = (element, action) => {
    let last = 0;
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width && width !== last) action((last = width));
    }).observe(element);
  };
})();
