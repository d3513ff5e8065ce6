/* What happens between a question and the service: choosing, "Next", "Back", sending, and what the service answers.
   Loads after the first screen; attach(c, page) adds its actions to the page's context and returns the sender. */
(function () {
  "use strict";

  var SEND_PATIENCE_MS = 6000;
  var flow = window.PatientFlow;
  var server = window.PatientServer;
  var store = window.PatientStore;

  function same(a, b) {
    return Boolean(a && b) && a.name === b.name && a.instrument === b.instrument && a.item === b.item;
  }

  function each(list, act) {
    Array.prototype.forEach.call(list, act);
  }

  function attach(c, page) {
    var main = document.getElementById("main");
    var busy = false;
    var sender = null;
    var doubted = {};

    function instrument() {
      return flow.find(c.opened, c.screen.instrument);
    }

    function item() {
      return instrument().items.filter(function (one) { return one.code === c.screen.item; })[0];
    }

    /* ---- choosing ---- */

    function mark() {
      each(main.querySelectorAll(".option"), function (label) {
        label.classList.toggle("chosen", label.querySelector("input").checked);
      });
      document.getElementById("error").textContent = "";
    }

    c.choose = function (value) {
      c.draft = { value: value, refused: false };
      each(main.querySelectorAll('input[name="refused"]'), function (box) { box.checked = false; });
      mark();
    };

    c.refuse = function (refused) {
      c.draft = { value: null, refused: refused };
      each(main.querySelectorAll('input[name="answer"]'), function (radio) { radio.checked = false; });
      if (c.vas) c.vas.clear();
      mark();
    };

    function complaint() {
      if (c.draft.refused || c.draft.value !== null) return "";
      if (c.vas && c.vas.typed()) return c.t("vas_wrong", item());
      return c.t(item().may_refuse ? "choose_or_refuse" : "choose");
    }

    /* ---- moving ---- */

    function previous() {
      if (c.screen.name === "review") {
        var shown = flow.shownItems(instrument(), c.record);
        return { name: "item", instrument: c.screen.instrument, item: shown[shown.length - 1].code };
      }
      if (c.screen.editing) return { name: "review", instrument: c.screen.instrument };
      return flow.before(instrument(), c.record, c.screen.item);
    }

    c.back = function () {
      var target = previous();
      if (history.state && same(history.state.from, target)) history.back();
      else page.swap(target);
    };

    function isKept() {
      var own = flow.ownAnswer(instrument(), c.record, c.screen.item);
      return own && own.value === c.draft.value && own.refused === c.draft.refused;
    }

    function keepAnswer() {
      if (isKept()) return;
      var code = c.screen.instrument;
      var answer = {
        id: server.uuid(), item: c.screen.item, value: c.draft.value, refused: c.draft.refused,
        answered_at: server.localIso(new Date())
      };
      page.change(function (record) {
        record.answers[code] = record.answers[code] || {};
        record.answers[code][answer.item] = answer;
        record.queue.push({ id: answer.id, kind: "answer", instrument: code, answer: answer });
      });
      sender.flush();
    }

    c.next = function (event) {
      event.preventDefault();
      var wrong = complaint();
      document.getElementById("error").textContent = wrong;
      if (wrong) return;
      keepAnswer();
      c.go(flow.after(instrument(), c.record, c.screen.item, c.screen.editing));
    };

    /* ---- sending an instrument ---- */

    function patience() {
      return new Promise(function (resolve) { setTimeout(resolve, SEND_PATIENCE_MS); });
    }

    /* A flush already under way may have looked at the queue before the last step was in it: once more, unless troubled. */
    function emptied(outcome) {
      return outcome === "sent" && store.record(c.opened.assessment.id).queue.length ? sender.flush() : outcome;
    }

    function afterSending(code) {
      busy = false;
      c.record = store.record(c.opened.assessment.id);
      var isStillHere = c.screen.name === "review" && c.screen.instrument === code;
      if (isStillHere && flow.isSent(flow.find(c.opened, code), c.record)) c.go(page.hub());
    }

    c.send = function () {
      if (busy) return;
      busy = true;
      var code = c.screen.instrument;
      var pressed = document.getElementById("send");
      pressed.setAttribute("aria-disabled", "true");
      pressed.textContent = c.t("sending");
      page.change(function (record) {
        record.sent[code] = "kept";
        record.at = null;
        record.queue.push({ id: server.uuid(), kind: "complete", instrument: code });
      });
      Promise.race([sender.flush().then(emptied), patience()]).then(function () { afterSending(code); });
    };

    /* ---- what the service answers ---- */

    function isResting() {
      return c.screen.name === "done" || c.screen.name === "breather";
    }

    function onState(state) {
      page.drawStatus(state);
      c.record = store.record(c.opened.assessment.id);
      if (state === "saved" && isResting()) page.draw();
    }

    function onCompleted(step, reply) {
      page.change(function (record) {
        record.sent[step.instrument] = "sent";
        delete record.answers[step.instrument]; /* sent: no reason to leave them on the phone */
        if (reply.emergency && reply.emergency.show) record.emergency = reply.emergency.text;
      });
      if (c.record.emergency && isResting()) page.draw();
    }

    function onRejected(step) {
      page.change(function (record) { delete (record.answers[step.instrument] || {})[step.answer.item]; });
      var question = { name: "item", instrument: step.instrument, item: step.answer.item, editing: true };
      page.swap({ name: "rejected", to: question });
    }

    /* The service knows better what is open: ask again, and let go of what it will not take; but ask once a step. */
    function onConflict(step) {
      if (doubted[step.id]) return page.dead("server");
      doubted[step.id] = true;
      return server.post("open", { token: page.token() }).then(function (reply) {
        if (step.kind === "complete") forget(step);
        return page.reopened(reply);
      });
    }

    /* The last answer came so late that its part begins again: ask what is open now, and tell the patient. */
    function onAnew() {
      return server.post("open", { token: page.token() }).then(function (reply) {
        return page.reopened(reply, true);
      });
    }

    function forget(step) {
      page.change(function (record) {
        record.queue = record.queue.filter(function (one) { return one.id !== step.id; });
      });
    }

    function onTrouble(kind, step) {
      busy = false;
      if (kind === "rejected" && step.kind === "answer") return onRejected(step);
      if (kind === "rejected" || kind === "conflict") return onConflict(step);
      return page.dead(kind);
    }

    sender = window.PatientSender.sender(page.token(), c.opened.assessment.id, {
      state: onState, completed: onCompleted, anew: onAnew, trouble: onTrouble
    });
    return sender;
  }

  window.PatientAnswering = { attach: attach };
}());
