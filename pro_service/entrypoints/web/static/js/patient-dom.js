/* Builds page elements without markup in strings: what a server or a patient writes can only ever become text. */
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";
  var SHAPES = {
    back: "M15 4l-8 8 8 8",
    check: "M4 12.5l5.5 5.5L20 6.5",
    keep: "M7 2.5h10v19H7zM10.5 18.5h3",
    phone: "M5 3h4l2 5-2.5 2a12 12 0 0 0 5.5 5.5l2-2.5 5 2v4c0 1-1 2-2 2A17 17 0 0 1 3 5c0-1 1-2 2-2z",
    alert: "M12 3l10 18H2zM12 10v5M12 17.5v.5"
  };

  function icon(name) {
    var svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    var path = document.createElementNS(SVG, "path");
    path.setAttribute("d", SHAPES[name]);
    svg.appendChild(path);
    return svg;
  }

  function put(node, child) {
    if (child === null || child === undefined || child === false) return;
    if (Array.isArray(child)) child.forEach(function (each) { put(node, each); });
    else node.appendChild(typeof child === "object" ? child : document.createTextNode(String(child)));
  }

  /* el("p", {class: "x", onclick: f}, "text", other): null and false children and attributes are left out. */
  function el(tag, attributes) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      var value = attributes[name];
      if (value === null || value === undefined || value === false) return;
      if (name.slice(0, 2) === "on") node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    });
    for (var i = 2; i < arguments.length; i += 1) put(node, arguments[i]);
    return node;
  }

  function button(label, onclick, kind, more) {
    return el("button", Object.assign({ type: "button", class: "button " + (kind || ""), onclick: onclick }, more), label);
  }

  function replace(node, children) {
    while (node.firstChild) node.removeChild(node.firstChild);
    put(node, children);
  }

  function heading(text, level) {
    return el(level || "h1", { tabindex: "-1", class: "heading" }, text);
  }

  function dialable(phone) {
    return "tel:" + String(phone).replace(/[^+\d]/g, "");
  }

  /* French numbers are read in pairs: 02 99 00 00 00. */
  function readable(phone) {
    var national = /^\+33(\d)((?:\d\d){4})$/.exec(String(phone).replace(/[\s.-]/g, ""));
    return national ? "0" + national[1] + national[2].replace(/(\d\d)/g, "\u00a0$1") : phone;
  }

  function call(phone) {
    return el("a", { class: "call", href: dialable(phone) }, readable(phone));
  }

  /* fill("En cas d'urgence : {15}", {15: element}) -> text and elements, in order. */
  function fill(text, values) {
    return text.split(/(\{\w+\})/).map(function (piece) {
      var name = /^\{(\w+)\}$/.exec(piece);
      return name && values && name[1] in values ? values[name[1]] : piece;
    });
  }

  window.PatientDom = {
    el: el, button: button, icon: icon, replace: replace, heading: heading, call: call,
    dialable: dialable, readable: readable, fill: fill
  };
}());
