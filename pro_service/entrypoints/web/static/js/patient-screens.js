/* Draws the first screen and every dead end from a context {t, language, opened, record, known, screen, go, ...}; decides
   nothing. The question screens are added by patient-questions.js, which loads after the first screen is shown. */
(function () {
  "use strict";

  var dom = window.PatientDom;
  var flow = window.PatientFlow;
  var el = dom.el;
  var button = dom.button;
  var heading = dom.heading;

  /* ---- pieces ---- */

  function paragraph(text, kind) {
    return el("p", kind ? { class: kind } : {}, text);
  }

  function section(title, text) {
    return el("section", {}, el("h2", {}, title), paragraph(text));
  }

  function actions() {
    return el("div", { class: "actions" }, Array.prototype.slice.call(arguments));
  }

  function spoken(c, minutes) {
    return minutes === 1 ? c.t("minute") : c.t("minutes", { n: minutes });
  }

  /* Said on the first screen, at each pause, at the end and on every dead end. */
  function help(c) {
    var site = c.site();
    var centre = site && site.phone
      ? dom.fill(c.t("your_centre"), { phone: dom.call(site.phone) })
      : c.t("centre_unknown");
    return el("div", { class: "help" },
      el("p", {}, dom.fill(c.t("urgent"), { 15: dom.call("15"), 112: dom.call("112") })),
      el("p", {}, centre, site && site.name ? el("span", { class: "soft" }, site.name) : null));
  }

  function emergency(c) {
    var text = c.record && c.record.emergency;
    if (!text) return null;
    var site = c.site();
    return el("div", { class: "notice important", role: "alert" },
      el("h2", {}, dom.icon("alert"), c.t("important")),
      paragraph(text[c.language] || text.fr),
      site && site.phone ? el("a", { class: "button wide call-button", href: dom.dialable(site.phone) },
        dom.icon("phone"), dom.readable(site.phone)) : null);
  }

  /* ---- the way in ---- */

  function start(c) {
    var minutes = spoken(c, flow.minutesLeft(c.opened, c.record));
    var begun = flow.hasBegun(c.opened, c.record);
    return [
      el("div", { class: "lead" },
        heading(c.t("hello")),
        paragraph(c.t(begun ? "ready_resume" : "ready", { minutes: minutes })),
        flow.beginsAnew(c.opened, c.record) ? paragraph(c.t("anew"), "notice") : null),
      actions(button(c.t(begun ? "resume" : "begin"), c.begin, "main")),
      el("div", { class: "quiet-row" },
        button(c.t("later"), function () { c.go({ name: "later" }); }, "quiet"),
        button(c.t("not_this_time"), function () { c.go({ name: "not" }); }, "quiet"),
        button(c.t("no_more"), function () { c.go({ name: "stop" }); }, "quiet")),
      help(c),
      section(c.t("what_title"), c.t("what") + " " + c.t("until", { date: c.closing() })),
      section(c.t("why_title"), c.t("why")),
      section(c.t("who_title"), c.t(c.opened.monitored ? "who_monitored" : "who_not_monitored"))
    ];
  }

  function toStart(c) {
    return actions(button(c.t("back_to_start"), function () { c.go({ name: "start" }); }, "plain"));
  }

  function later(c) {
    return [heading(c.t("later_title")), paragraph(c.t("later_text", { date: c.closing() })), toStart(c), help(c)];
  }

  function notThisTime(c) {
    return [heading(c.t("not_title")), paragraph(c.t("not_text", { date: c.closing() })), toStart(c), help(c)];
  }

  function stop(c) {
    return [heading(c.t("stop_title")), paragraph(c.t("stop_text")),
      actions(button(c.t("stop_yes"), c.stopTexts, "main")), toStart(c), help(c)];
  }

  function stopped(c) {
    return [heading(c.t("stopped_title")), paragraph(c.t("stopped_text")), toStart(c), help(c)];
  }

  /* ---- dead ends that are none: each says what to do ---- */

  var NOTES = {
    offline: ["offline_title", "offline_text", "retry"],
    server: ["server_title", "server_text", "retry"],
    busy: ["busy_title", "busy_text", "retry"],
    unknown: ["unknown_title", "unknown_text"],
    expired: ["expired_title", "expired_text"],
    closed: ["closed_title", "closed_text"],
    missed: ["closed_title", "closed_text"],
    partial: ["closed_title", "partial_text"],
    cancelled: ["cancelled_title", "cancelled_text"],
    completed: ["completed_title", "completed_text"],
    wording: ["wording_title", "wording_text", "retry"]
  };

  function note(c) {
    var words = NOTES[c.screen.name];
    return [heading(c.t(words[0])), paragraph(c.t(words[1])),
      words[2] ? actions(button(c.t(words[2]), c.retry, "main")) : null, emergency(c), help(c)];
  }

  function rejected(c) {
    return [heading(c.t("rejected_title")), paragraph(c.t("rejected_text")),
      actions(button(c.t("rejected_go"), function () { c.go(c.screen.to); }, "main")), help(c)];
  }

  var SCREENS = { start: start, later: later, not: notThisTime, stop: stop, stopped: stopped, rejected: rejected };

  function draw(c) {
    return (SCREENS[c.screen.name] || note)(c);
  }

  /* ---- the bar on top of every screen ---- */

  function languages(c) {
    if (c.languages.length < 2) return null;
    return el("div", { class: "languages", role: "group", "aria-label": c.t("language_group") }, c.languages.map(function (code) {
      var name = { fr: "Français", en: "English" }[code] || code;
      return el("button", {
        type: "button", class: "language", lang: code, "aria-label": name, "data-language": code,
        "aria-pressed": code === c.language ? "true" : "false", onclick: function () { c.speak(code); }
      }, code.toUpperCase());
    }));
  }

  function place(c) {
    var instrument = flow.find(c.opened, c.screen.instrument);
    if (c.screen.name !== "item") return null;
    var at = flow.position(instrument, c.record, c.screen.item);
    return el("span", { class: "place" }, c.t("progress", { n: at.index + 1, total: at.total }));
  }

  function bar(c) {
    var inside = c.screen.name === "item" || c.screen.name === "review";
    var study = (c.opened && c.opened.study) || c.known.study;
    var left = inside
      ? button([dom.icon("back"), c.t("back")], c.back, "back")
      : el("span", { class: "study" }, study ? c.t("study", { study: study }) : "");
    return [left, inside ? place(c) : null, languages(c)];
  }

  window.PatientScreens = {
    draw: draw,
    bar: bar,
    add: function (more) { Object.assign(SCREENS, more); },
    pieces: { paragraph: paragraph, section: section, actions: actions, spoken: spoken, help: help, emergency: emergency }
  };
}());
