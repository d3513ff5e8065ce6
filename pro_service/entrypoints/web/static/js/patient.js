/* Runs the patient's page: opens the link, draws, moves between screens, resumes. Nothing is chosen or advanced by the
   page itself; each step forward is one entry of the history, so the phone's own Back works too. */
(function () {
  "use strict";

  var dom = window.PatientDom;
  var flow = window.PatientFlow;
  var server = window.PatientServer;
  var store = window.PatientStore;
  var OPEN_STATES = ["open", "in_progress"];
  var WORKING_SCREENS = ["item", "review", "breather", "done"];
  var SLOW_MS = 5000;

  var node = {};
  var token = "";
  var sender = null;
  var questions = null;
  var retryTimer = null;
  var c = {
    opened: null, record: null, known: store.known(), screen: null, draft: null, vas: null,
    languages: ["fr", "en"], language: "fr"
  };

  /* ---- words ---- */

  /* A sentence; as text, or untouched where its blanks take elements (dom.fill does those). */
  c.t = function (key, values) {
    var text = window.PatientTexts[c.language][key];
    return values ? dom.fill(text, values).join("") : text;
  };

  c.site = function () {
    return (c.opened && c.opened.site) || c.known.site || null;
  };

  c.closing = function () {
    var parts = c.opened.assessment.closes_on.split("-").map(Number);
    var noon = new Date(parts[0], parts[1] - 1, parts[2], 12);
    var text = noon.toLocaleDateString(c.language === "en" ? "en-GB" : c.language, { weekday: "long", day: "numeric", month: "long" });
    return (c.language === "fr" ? text.replace(/ 1 /, " 1er ") : text).replace(/ /g, "\u00a0");
  };

  c.speak = function (language) {
    c.language = language;
    if (c.opened) change(function (record) { record.language = language; });
    know();
    draw();
    var pressed = document.querySelector('[data-language="' + language + '"]');
    if (pressed) pressed.focus();
  };

  function know() {
    c.known = Object.assign({}, c.known, { language: c.language });
    if (c.opened) Object.assign(c.known, { site: c.opened.site, study: c.opened.study });
    store.know(c.known);
  }

  function change(alter) {
    c.record = store.change(c.opened.assessment.id, alter);
  }

  /* ---- drawing ---- */

  function draw() {
    document.documentElement.lang = c.language;
    document.title = c.t("page_title");
    node.banner.hidden = !(c.opened && c.opened.placeholder_languages.indexOf(c.language) >= 0);
    node.banner.textContent = c.t("placeholder");
    dom.replace(node.bar, window.PatientScreens.bar(c));
    dom.replace(node.main, window.PatientScreens.draw(c));
    node.main.setAttribute("data-screen", c.screen.name);
    drawStatus(node.status.getAttribute("data-state"));
  }

  function drawStatus(state) {
    var words = { saving: "saving", saved: "saved", kept: store.isLasting() ? "kept" : "kept_in_page" };
    var text = WORKING_SCREENS.indexOf(c.screen.name) >= 0 && words[state] ? c.t(words[state]) : "";
    var marks = { saved: "check", kept: "keep" };
    node.status.setAttribute("data-state", state || "");
    if (node.status.textContent === text) return;
    dom.replace(node.status, [text && marks[state] ? dom.icon(marks[state]) : null, text]);
  }

  function settleFocus() {
    var title = node.main.querySelector(".heading");
    if (title) title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  function freshDraft() {
    var own = c.screen.name === "item" && flow.ownAnswer(flow.find(c.opened, c.screen.instrument), c.record, c.screen.item);
    c.draft = { value: own ? own.value : null, refused: Boolean(own && own.refused) };
  }

  function show(screen) {
    c.screen = screen;
    c.vas = null;
    freshDraft();
    draw();
    settleFocus();
  }

  /* ---- moving ---- */

  function remember(screen) {
    if (screen.name !== "item" && screen.name !== "review") return;
    change(function (record) { record.at = screen; });
  }

  c.go = function (screen) {
    history.pushState({ screen: screen, from: c.screen }, "", window.location.href);
    remember(screen);
    show(screen);
  };

  function swap(screen) {
    var from = history.state && history.state.from;
    history.replaceState({ screen: screen, from: from || null }, "", window.location.href);
    remember(screen);
    show(screen);
  }

  c.begin = function () {
    var at = c.record.at;
    var target = flow.isStillThere(c.opened, c.record, at) ? at : flow.standing(c.opened, c.record);
    ready().catch(ready).then(function () { c.go(target); }, function () { dead("offline"); });
  };

  /* Between instruments: the pause before the next one, or the end. */
  function hub() {
    if (!flow.openInstrument(c.opened, c.record)) return { name: "done" };
    return { name: flow.hasBegun(c.opened, c.record) ? "breather" : "start" };
  }

  function onPop(event) {
    if (!c.opened || OPEN_STATES.indexOf(c.opened.assessment.state) < 0) return;
    var wanted = event.state && event.state.screen;
    var screen = flow.isStillThere(c.opened, c.record, wanted) ? wanted : hub();
    ready().then(function () {
      remember(screen);
      show(screen);
    }, function () { dead("offline"); });
  }

  /* ---- the questionnaire's own code, fetched while the first screen is read ---- */

  function load(tag, attributes) {
    return new Promise(function (resolve, reject) {
      var asked = dom.el(tag, attributes);
      asked.onload = resolve;
      asked.onerror = function () {
        document.head.removeChild(asked);
        reject(new Error("not loaded"));
      };
      document.head.appendChild(asked);
    });
  }

  function loadQuestions() {
    var scripts = node.main.getAttribute("data-scripts").split(" ");
    var start = load("link", { rel: "stylesheet", href: node.main.getAttribute("data-style") });
    return scripts.reduce(function (before, src) {
      return before.then(function () { return load("script", { src: src }); });
    }, start);
  }

  /* Resolves when questions can be shown and answers sent; a failure is forgotten, so the next call tries again. */
  function ready() {
    if (!questions) {
      questions = loadQuestions().then(function () {
        sender = window.PatientAnswering.attach(c, {
          change: change, draw: draw, drawStatus: drawStatus, swap: swap, hub: hub, dead: dead, reopened: reopened,
          token: function () { return token; }
        });
      });
      questions.catch(function () { questions = null; });
    }
    return questions;
  }

  /* ---- opening and resuming ---- */

  function dead(name) {
    clearTimeout(retryTimer);
    show({ name: name });
    if (name === "offline") retryTimer = setTimeout(c.retry, server.RETRY_MS);
  }

  function take(opened) {
    c.opened = opened;
    c.record = store.record(opened.assessment.id);
    var usable = flow.usableLanguages(opened);
    var wanted = [c.record.language, opened.language].concat(usable).filter(function (code) { return usable.indexOf(code) >= 0; });
    c.languages = usable.length ? usable : opened.languages;
    c.language = wanted[0] || c.language;
    know();
    store.tidy(opened.assessment.id, Date.now());
    return usable.length > 0;
  }

  function closedHere() {
    change(function (record) { record.queue = []; record.answers = {}; });
    show({ name: c.opened.assessment.state });
  }

  function arrival() {
    return { name: flow.openInstrument(c.opened, c.record) ? "start" : "done" };
  }

  function arrive(screen) {
    swap(screen);
    return ready().then(function () { setTimeout(sender.flush, 0); });
  }

  /* A part that begins anew is told of on the first screen, wherever the patient was. */
  function resume(anew) {
    change(function (record) { anew = flow.reconcile(c.opened, record) || anew; });
    var kept = history.state && history.state.screen;
    var screen = !anew && flow.isStillThere(c.opened, c.record, kept) ? kept : arrival();
    if (screen.name === "start") return arrive(screen).catch(function () { /* "Start" tries again, and says so */ });
    return ready().then(function () { return arrive(screen); }).catch(function () { dead("offline"); });
  }

  function reopened(reply, anew) {
    if (reply.kind === "conflict") return dead(reply.body.code === "wording_missing" ? "wording" : "closed");
    if (reply.kind === "rejected") return dead("unknown");
    if (reply.body.code === "link_expired") return dead("expired");
    if (reply.kind !== "ok") return dead(reply.kind);
    var readable = take(reply.body);
    if (OPEN_STATES.indexOf(c.opened.assessment.state) < 0) return closedHere();
    return readable ? resume(anew) : show({ name: "wording" });
  }

  c.stopTexts = function () {
    return server.post("stop", { token: token }).then(function (reply) {
      return reply.kind === "ok" ? swap({ name: "stopped" }) : dead(reply.kind === "offline" ? "offline" : "server");
    });
  };

  c.retry = function () {
    clearTimeout(retryTimer);
    return server.post("open", { token: token }).then(function (reply) { return reopened(reply, false); });
  };

  function slow() {
    var waiting = document.getElementById("slow");
    if (waiting) waiting.hidden = false;
  }

  function start() {
    ["banner", "bar", "main", "status"].forEach(function (name) { node[name] = document.getElementById(name); });
    if (window.PatientTexts[c.known.language]) c.language = c.known.language;
    token = window.location.hash.slice(1) || store.rememberedToken();
    setTimeout(slow, SLOW_MS);
    window.addEventListener("popstate", onPop);
    window.addEventListener("hashchange", function () { window.location.reload(); });
    window.addEventListener("online", function () { if (c.screen && c.screen.name === "offline") c.retry(); });
    if (!token) return dead("unknown");
    store.rememberToken(token);
    return c.retry();
  }

  start();
}());
