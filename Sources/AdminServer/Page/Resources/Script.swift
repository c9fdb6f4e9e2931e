/// The page's only script. Without it every screen reads, and every action is done; with it the live parts refresh themselves, and the
/// console goes through what was typed before.
///
/// It asks for the page anew and puts its live parts in the place of the old ones, so what is shown is made and escaped in one place,
/// the server. A part in which somebody has something selected, or that has the focus, is left alone.
enum Script {
  static let text = """
    'use strict';
    (function () {
      function isInUse(part) {
        var selection = document.getSelection();
        if (part.contains(document.activeElement)) { return true; }
        return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
      }
      function refresh() {
        if (document.hidden) { return; }
        fetch(location.href, { credentials: 'same-origin', redirect: 'error' })
          .then(function (answer) { return answer.text(); })
          .then(function (text) {
            var fresh = new DOMParser().parseFromString(text, 'text/html');
            document.querySelectorAll('[data-live]').forEach(function (part) {
              var other = fresh.getElementById(part.id);
              if (other && !isInUse(part)) { part.replaceWith(document.importNode(other, true)); }
            });
            document.body.classList.remove('stale');
          })
          .catch(function () { document.body.classList.add('stale'); });
      }
      var milliseconds = Number(document.body.dataset.refreshes || 0);
      if (milliseconds > 0) { setInterval(refresh, milliseconds); }

      var line = document.getElementById('command');
      if (line) {
        var past = Array.from(document.querySelectorAll('[data-command]')).map(function (entry) {
          return entry.dataset.command;
        });
        var place = past.length;
        line.addEventListener('keydown', function (event) {
          if (line.value.indexOf('\\n') >= 0) { return; }
          if (event.key === 'ArrowUp' && place > 0) { place -= 1; } else if (event.key === 'ArrowDown' && place < past.length) {
            place += 1;
          } else { return; }
          line.value = past[place] || '';
          event.preventDefault();
        });
        line.focus();
      }
    })();

    """
}
