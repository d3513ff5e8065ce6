/* The vertical scale: highest on top, no mark before the first touch; finger, mouse, arrow keys or a typed number. */
(function () {
  "use strict";

  var dom = window.PatientDom;
  var el = dom.el;

  function stepOf(key) {
    return { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[key] || 0;
  }

  function ticks(item, share) {
    var marks = [];
    var stride = (item.maximum - item.minimum) / 10;
    for (var i = 0; i <= 10; i += 1) {
      var value = Math.round(item.minimum + stride * i);
      var mark = el("span", { class: "vas-tick" }, el("span", { class: "vas-tick-text" }, value));
      mark.style.bottom = share(value) + "%";
      marks.push(mark);
    }
    return marks;
  }

  /* build(item, {t, initial, labelledby, anchors, changed}) -> {node, typed()}; typed() is the box's text, trimmed. */
  function build(item, given) {
    var t = given.t;
    var value = null;
    var limits = { minimum: item.minimum, maximum: item.maximum };

    function share(of) {
      return ((of - item.minimum) / (item.maximum - item.minimum)) * 100;
    }

    var marker = el("span", { class: "vas-marker", hidden: true });
    var track = el("div", { class: "vas-track" }, ticks(item, share), marker);
    var scale = el("div", {
      class: "vas-scale", role: "slider", tabindex: "0", "aria-orientation": "vertical",
      "aria-valuemin": item.minimum, "aria-valuemax": item.maximum, "aria-valuetext": t("vas_none"),
      "aria-label": t("vas_scale", limits), onkeydown: pressed
    }, track);
    var box = el("input", {
      id: "vas-number", class: "vas-number", type: "text", inputmode: "numeric", pattern: "[0-9]*", maxlength: "3",
      autocomplete: "off", "aria-label": t("vas_box") + ", " + t("vas_number", limits), oninput: written
    });
    var less = dom.button("−", function () { nudge(-1); }, "vas-step", { "aria-label": t("vas_less") });
    var more = dom.button("+", function () { nudge(1); }, "vas-step", { "aria-label": t("vas_more") });

    function draw() {
      marker.hidden = value === null;
      less.disabled = value === null || value <= item.minimum;
      more.disabled = value === null || value >= item.maximum;
      scale.setAttribute("aria-valuetext", value === null ? t("vas_none") : String(value));
      if (value === null) scale.removeAttribute("aria-valuenow");
      else scale.setAttribute("aria-valuenow", value);
      if (value !== null) marker.style.bottom = share(value) + "%";
    }

    function set(next) {
      value = Math.max(item.minimum, Math.min(item.maximum, Math.round(next)));
      box.value = String(value);
      draw();
      given.changed(value);
    }

    function nudge(by) {
      set((value === null ? (item.minimum + item.maximum) / 2 : value) + (value === null ? 0 : by));
    }

    function pressed(event) {
      var by = stepOf(event.key);
      if (by) nudge(by);
      else if (event.key === "Home") set(item.minimum);
      else if (event.key === "End") set(item.maximum);
      else return;
      event.preventDefault();
    }

    function written() {
      var whole = /^\s*\d+\s*$/.test(box.value) ? Number(box.value) : NaN;
      value = whole >= item.minimum && whole <= item.maximum ? whole : null;
      draw();
      given.changed(value);
    }

    function point(y) {
      var edge = track.getBoundingClientRect();
      set(item.maximum - ((y - edge.top) / edge.height) * (item.maximum - item.minimum));
    }

    function touched(event) {
      event.preventDefault(); /* the finger moves the mark, not the page */
      point(event.touches[0].clientY);
    }

    function dragged(event) {
      event.preventDefault();
      point(event.clientY);
    }

    function released() {
      document.removeEventListener("mousemove", dragged);
      document.removeEventListener("mouseup", released);
    }

    scale.addEventListener("touchstart", touched, { passive: false });
    scale.addEventListener("touchmove", touched, { passive: false });
    scale.addEventListener("mousedown", function (event) {
      dragged(event);
      scale.focus();
      document.addEventListener("mousemove", dragged);
      document.addEventListener("mouseup", released);
    });

    if (typeof given.initial === "number") {
      value = given.initial;
      box.value = String(value);
    }
    draw();

    var node = el("div", { class: "vas" },
      el("div", { class: "vas-left" },
        el("p", { class: "vas-anchor" }, given.anchors.top), scale, el("p", { class: "vas-anchor" }, given.anchors.bottom)),
      el("div", { class: "vas-right" },
        el("label", { for: "vas-number", class: "vas-label" }, t("vas_box")), box, el("div", { class: "vas-steps" }, less, more)));
    return {
      node: node,
      typed: function () { return box.value.trim(); },
      clear: function () { value = null; box.value = ""; draw(); }
    };
  }

  window.PatientVas = { build: build };
}());
