/* Draws a question, the review of an instrument, the pause after it and the end; decides nothing. */
(function () {
  "use strict";

  var dom = window.PatientDom;
  var flow = window.PatientFlow;
  var el = dom.el;
  var button = dom.button;
  var heading = dom.heading;
  var pieces = window.PatientScreens.pieces;
  var paragraph = pieces.paragraph;
  var actions = pieces.actions;

  /* ---- a question ---- */

  function startsWith(text, number) {
    return new RegExp("^" + number + "(\\D|$)").test(text);
  }

  function option(c, item, each, numbered) {
    var text = each.label[c.language];
    var chosen = c.draft.value === each.value;
    var input = el("input", { type: "radio", name: "answer", value: each.value, onchange: function () { c.choose(each.value); } });
    input.checked = chosen;
    return el("label", { class: "option" + (chosen ? " chosen" : "") },
      input, el("span", { class: "option-text" }, text),
      numbered && each.value <= item.maximum && !startsWith(text, each.value) ? el("span", { class: "option-number", "aria-hidden": "true" }, each.value) : null);
  }

  function choices(c, instrument, item) {
    var numbered = flow.showsNumbers(instrument);
    return el("div", { class: "options" }, item.options.map(function (each) { return option(c, item, each, numbered); }));
  }

  function refusal(c) {
    var input = el("input", { type: "checkbox", name: "refused", onchange: function () { c.refuse(input.checked); } });
    input.checked = c.draft.refused;
    return el("label", { class: "option refusal" + (c.draft.refused ? " chosen" : "") },
      input, el("span", { class: "option-text" }, c.t("refuse")));
  }

  function anchors(c, item) {
    var given = item.anchors || {};
    return {
      top: (given.top && given.top[c.language]) || c.t("vas_top"),
      bottom: (given.bottom && given.bottom[c.language]) || c.t("vas_bottom")
    };
  }

  function scale(c, item) {
    c.vas = window.PatientVas.build(item, {
      t: c.t, initial: c.draft.value, anchors: anchors(c, item), changed: c.choose
    });
    return [paragraph(c.t("vas_how", item), "soft"), c.vas.node];
  }

  /* The period of this item, never another instrument's; an item may have its own or, by an empty one, none. */
  function recallOf(c, instrument, item) {
    var recall = item.recall === undefined ? instrument.recall : item.recall;
    var text = recall && recall[c.language];
    return text ? el("p", { class: "recall", id: "recall" }, text) : null;
  }

  /* What its owner prints before the first question, and before this one. */
  function instructions(c, instrument, item, first) {
    return [first ? instrument.instruction : null, item.instruction].map(function (each) {
      return each && each[c.language] ? paragraph(each[c.language], "instruction") : null;
    });
  }

  function question(c) {
    var instrument = flow.find(c.opened, c.screen.instrument);
    var item = instrument.items.filter(function (each) { return each.code === c.screen.item; })[0];
    var place = flow.position(instrument, c.record, item.code);
    var recall = recallOf(c, instrument, item);
    return el("form", { class: "question", novalidate: true, onsubmit: c.next },
      el("progress", { max: place.total, value: place.index + 1, "aria-label": c.t("progress_long", { n: place.index + 1, total: place.total }) }),
      instructions(c, instrument, item, place.index === 0),
      recall,
      el("fieldset", { "aria-describedby": recall ? "recall" : null },
        el("legend", {}, heading(item.label[c.language])),
        item.kind === "vas" ? scale(c, item) : choices(c, instrument, item)),
      item.may_refuse ? refusal(c) : null,
      el("p", { class: "error", id: "error", role: "alert" }),
      actions(el("button", { type: "submit", class: "button main" }, c.t(place.index + 1 < place.total && !c.screen.editing ? "next" : "to_review"))),
      instrument.notice ? paragraph(instrument.notice[c.language], "fine") : null);
  }

  /* ---- the end of an instrument ---- */

  function spokenAnswer(c, instrument, item) {
    var own = flow.ownAnswer(instrument, c.record, item.code);
    if (!own) return c.t(flow.answeredElsewhere(instrument, c.record, item.code) ? "answered_elsewhere" : "unanswered");
    if (own.refused) return c.t("refused");
    if (item.kind === "vas") return String(own.value);
    var chosen = item.options.filter(function (each) { return each.value === own.value; })[0];
    return chosen ? chosen.label[c.language] : c.t("unanswered");
  }

  function reviewed(c, instrument, item) {
    var open = !flow.isAnswered(instrument, c.record, item.code);
    var edit = function () { c.go({ name: "item", instrument: instrument.code, item: item.code, editing: true }); };
    var label = c.t(open ? "answer_now" : "edit");
    return el("li", { class: "reviewed" + (open ? " open" : "") },
      el("div", { class: "reviewed-text" },
        el("span", { class: "soft" }, item.label[c.language]),
        el("strong", {}, spokenAnswer(c, instrument, item))),
      button(label, edit, "quiet", { "aria-label": label + " – " + item.label[c.language] }));
  }

  function missingLine(c, count) {
    if (!count) return null;
    return paragraph(count === 1 ? c.t("review_missing_one") : c.t("review_missing", { n: count }), "notice");
  }

  function review(c) {
    var instrument = flow.find(c.opened, c.screen.instrument);
    var left = flow.missing(instrument, c.record);
    var first = left[0];
    var send = button(c.t("send"), c.send, "main", { id: "send" });
    var goOn = first && button(c.t("go_missing"), function () {
      c.go({ name: "item", instrument: instrument.code, item: first.code, editing: true });
    }, "main");
    return [
      heading(c.t("review_title")), paragraph(c.t("review_text")), missingLine(c, left.length),
      recallOf(c, instrument, {}),
      el("ul", { class: "review" }, flow.shownItems(instrument, c.record).map(function (item) { return reviewed(c, instrument, item); })),
      actions(first ? goOn : send)
    ];
  }

  function breather(c) {
    var sent = c.record.queue.length === 0;
    var order = c.opened.instruments;
    var next = flow.openInstrument(c.opened, c.record);
    return [
      el("div", { class: "lead" },
        heading([dom.icon(sent ? "check" : "keep"), c.t(sent ? "breather_sent" : "breather_kept")]),
        pieces.emergency(c),
        paragraph(c.t("breather_text", { minutes: pieces.spoken(c, flow.minutesLeft(c.opened, c.record)) })),
        paragraph(c.t("breather_next", { n: order.indexOf(next) + 1, total: order.length }), "soft")),
      actions(button(c.t("continue"), c.begin, "main")),
      el("div", { class: "quiet-row" }, button(c.t("pause"), function () { c.go({ name: "later" }); }, "quiet")),
      pieces.help(c)
    ];
  }

  function done(c) {
    var sent = c.record.queue.length === 0;
    return [
      heading([dom.icon(sent ? "check" : "keep"), c.t(sent ? "done_title" : "done_kept_title")]),
      pieces.emergency(c),
      paragraph(c.t(sent ? "done_text" : "done_kept_text")),
      pieces.section(c.t("next_title"), c.t(c.opened.monitored ? "next_monitored" : "next_not_monitored")),
      pieces.help(c)
    ];
  }

  window.PatientScreens.add({ item: question, review: review, breather: breather, done: done });
}());
