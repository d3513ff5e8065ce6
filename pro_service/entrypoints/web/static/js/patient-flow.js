/* Which question comes next: pure functions of the server's description and of this browser's record. */
(function () {
  "use strict";

  function ownAnswer(instrument, record, code) {
    var answers = record.answers[instrument.code] || {};
    return answers[code] || null;
  }

  function answeredElsewhere(instrument, record, code) {
    return !ownAnswer(instrument, record, code) && instrument.answered.indexOf(code) >= 0;
  }

  function steersOthers(instrument, code) {
    return instrument.items.some(function (item) { return item.shown_if && item.shown_if.item === code; });
  }

  /* The value of a steering question answered on another device is unknown here, so it does not count as answered:
     asking it again is kinder than a follow-up question that does not fit. */
  function isAnswered(instrument, record, code) {
    if (ownAnswer(instrument, record, code)) return true;
    return answeredElsewhere(instrument, record, code) && !steersOthers(instrument, code);
  }

  function isShown(instrument, record, item) {
    if (!item.shown_if) return true;
    var steering = ownAnswer(instrument, record, item.shown_if.item);
    if (steering) return steering.value !== null && steering.value > item.shown_if.above;
    return instrument.answered.indexOf(item.code) >= 0;
  }

  function shownItems(instrument, record) {
    return instrument.items.filter(function (item) { return isShown(instrument, record, item); });
  }

  function missing(instrument, record) {
    return shownItems(instrument, record).filter(function (item) {
      return !isAnswered(instrument, record, item.code);
    });
  }

  function isSent(instrument, record) {
    return instrument.state === "completed" || instrument.code in record.sent;
  }

  function openInstrument(opened, record) {
    return opened.instruments.filter(function (each) { return !isSent(each, record); })[0] || null;
  }

  function find(opened, code) {
    return opened.instruments.filter(function (each) { return each.code === code; })[0] || null;
  }

  function itemScreen(instrument, item) {
    return { name: "item", instrument: instrument.code, item: item.code };
  }

  function reviewScreen(instrument) {
    return { name: "review", instrument: instrument.code };
  }

  /* Where to go in an instrument: its first question without an answer, else its review. */
  function within(instrument, record) {
    var first = missing(instrument, record)[0];
    return first ? itemScreen(instrument, first) : reviewScreen(instrument);
  }

  /* Where the work stands: the first thing to do, or "done". */
  function standing(opened, record) {
    var instrument = openInstrument(opened, record);
    return instrument ? within(instrument, record) : { name: "done" };
  }

  function position(instrument, record, code) {
    var codes = shownItems(instrument, record).map(function (item) { return item.code; });
    return { index: codes.indexOf(code), total: codes.length, codes: codes };
  }

  /* After an answer: the next question in order; from an edit, what is still missing, else the review. */
  function after(instrument, record, code, editing) {
    var place = position(instrument, record, code);
    if (editing || place.index + 1 >= place.total) return within(instrument, record);
    return { name: "item", instrument: instrument.code, item: place.codes[place.index + 1] };
  }

  function before(instrument, record, code) {
    var place = position(instrument, record, code);
    if (place.index <= 0) return { name: "start" };
    return { name: "item", instrument: instrument.code, item: place.codes[place.index - 1] };
  }

  /* A screen kept by the history or by the record may have gone out of date: sent, hidden or unknown by now. */
  function isStillThere(opened, record, screen) {
    if (!screen) return false;
    if (screen.name === "start" || screen.name === "later" || screen.name === "not") return true;
    var instrument = find(opened, screen.instrument);
    if (!instrument || isSent(instrument, record)) return false;
    if (screen.name === "review") return true;
    return screen.name === "item" && position(instrument, record, screen.item).index >= 0;
  }

  /* Minutes still ahead, each instrument's in proportion to its questions left; never below 1. */
  function minutesLeft(opened, record) {
    var sum = opened.instruments.reduce(function (total, each) {
      if (isSent(each, record)) return total;
      var shown = shownItems(each, record).length || 1;
      return total + each.minutes * (missing(each, record).length / shown);
    }, 0);
    return Math.max(1, Math.round(sum));
  }

  function hasBegun(opened, record) {
    return opened.instruments.some(function (each) {
      return isSent(each, record) || each.answered.length > 0 || Object.keys(record.answers[each.code] || {}).length > 0;
    });
  }

  /* ---- what this browser holds against what the service has ---- */

  function isQueued(record, id) {
    return record.queue.some(function (step) { return step.id === id; });
  }

  function forgetSent(record, instrument) {
    delete record.answers[instrument.code];
    record.sent[instrument.code] = "sent";
    record.queue = record.queue.filter(function (step) { return step.instrument !== instrument.code; });
  }

  function requeue(record, instrument) {
    var own = record.answers[instrument.code] || {};
    instrument.items.forEach(function (item) {
      var answer = own[item.code];
      if (!answer || instrument.answered.indexOf(item.code) >= 0 || isQueued(record, answer.id)) return;
      record.queue.unshift({ id: answer.id, kind: "answer", instrument: instrument.code, answer: answer });
    });
  }

  function isLeaving(record, code) {
    return record.queue.some(function (step) { return step.kind === "complete" && step.instrument === code; });
  }

  /* Answers given before an instrument began anew count no more: they are asked again. True if there were any. */
  function dropOld(record, instrument) {
    var own = record.answers[instrument.code] || {};
    var old = Object.keys(own).filter(function (code) {
      return Date.parse(own[code].answered_at) < Date.parse(instrument.begins_anew);
    });
    old.forEach(function (code) { delete own[code]; });
    if (old.length && record.at && record.at.instrument === instrument.code) record.at = null;
    return old.length > 0;
  }

  /* Completed instruments go, answers the service never got are queued again. True if a part begins anew. */
  function reconcile(opened, record) {
    var anew = false;
    record.closes_on = opened.assessment.closes_on;
    opened.instruments.forEach(function (each) {
      if (each.state === "completed") return forgetSent(record, each);
      requeue(record, each);
      if (isLeaving(record, each.code)) return undefined;
      delete record.sent[each.code];
      if (each.begins_anew) anew = dropOld(record, each) || anew;
      return undefined;
    });
    return anew;
  }

  function beginsAnew(opened, record) {
    return opened.instruments.some(function (each) { return each.begins_anew && !isSent(each, record); });
  }

  function isLabelled(instrument, language) {
    return instrument.title[language] && instrument.items.every(function (item) {
      return item.label[language] && item.options.every(function (option) { return option.label[language]; });
    });
  }

  /* A questionnaire is shown in one language altogether, or not at all. */
  function usableLanguages(opened) {
    return opened.languages.filter(function (language) {
      return opened.instruments.every(function (each) { return isLabelled(each, language); });
    });
  }

  /* The number beside an option helps only where it says its place (beyond the range it says none). */
  function showsNumbers(instrument) {
    return instrument.items.every(function (item) {
      return item.options.every(function (option, i) {
        return i === 0 || option.value > item.maximum || option.value === item.options[i - 1].value + 1;
      });
    });
  }

  window.PatientFlow = {
    ownAnswer: ownAnswer, answeredElsewhere: answeredElsewhere, isAnswered: isAnswered, shownItems: shownItems,
    missing: missing, isSent: isSent, openInstrument: openInstrument, find: find, within: within, standing: standing,
    position: position, after: after, before: before, isStillThere: isStillThere, minutesLeft: minutesLeft,
    hasBegun: hasBegun, reconcile: reconcile, beginsAnew: beginsAnew, usableLanguages: usableLanguages, showsNumbers: showsNumbers
  };
}());
