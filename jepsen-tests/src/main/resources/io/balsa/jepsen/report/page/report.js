// Tells of what is pointed at or tapped. Neither "less than" nor "and" signs here: the page is XML as well as HTML.
(function () {
  'use strict';
  var tip = document.getElementById('tip');
  var margin = 8;
  var apart = 14;

  function place(event) {
    var right = window.innerWidth - tip.offsetWidth - margin;
    var below = event.clientY + apart;
    var above = event.clientY - apart - tip.offsetHeight;
    var room = window.innerHeight - tip.offsetHeight - margin;
    tip.style.left = Math.max(margin, Math.min(event.clientX + apart, right)) + 'px';
    tip.style.top = Math.max(margin, below > room ? above : below) + 'px';
  }

  function show(event) {
    var target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
    tip.hidden = target === null;
    if (target !== null) {
      tip.textContent = target.getAttribute('data-tip');
      place(event);
    }
  }

  document.addEventListener('pointermove', show);
  document.addEventListener('pointerdown', show);
  document.addEventListener('scroll', function () { tip.hidden = true; }, true);
  document.addEventListener('pointerleave', function () { tip.hidden = true; });
})();
