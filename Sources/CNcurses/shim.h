// The part of ncurses that a screen of text needs, as Swift sees it: whole functions, no macro and no pointer.
//
// The C library's types come first, as in COpenSSL.
#include <sys/types.h>
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <locale.h>
#include <wchar.h>

// Takes the terminal; 0 where it cannot be used.
static inline int screen_begin(void) {
  setlocale(LC_ALL, "");
  if (!newterm(NULL, stdout, stdin)) return 0;
  cbreak();
  noecho();
  curs_set(0);
  keypad(stdscr, TRUE);
  return 1;
}

static inline void screen_end(void) { endwin(); }
static inline int screen_rows(void) { return LINES; }
static inline int screen_columns(void) { return COLS; }
static inline void screen_clear(void) { erase(); }
static inline void screen_bold(int is_on) { is_on ? attron(A_BOLD) : attroff(A_BOLD); }

// One character; what is beyond the edge is not shown.
static inline void screen_put(int row, int column, unsigned int character) {
  wchar_t text[2] = {(wchar_t)character, 0};
  if (row >= 0 && row < LINES && column >= 0 && column < COLS) mvaddnwstr(row, column, text, 1);
}

static inline void screen_show(void) { refresh(); }

// The next key, or -1 when so many milliseconds are over. A terminal of another size is a key, too.
static inline int screen_key(int milliseconds) {
  timeout(milliseconds);
  return getch();
}
