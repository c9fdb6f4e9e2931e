<?php
// A page that counts the requests of its session. What went wrong is in the answer.
error_reporting(E_ALL & ~E_DEPRECATED);
$complaints = [];
set_error_handler(function ($level, $text) use (&$complaints) {
    // php-memcache notices each server that does not answer, also where the other one does.
    if ($level !== E_NOTICE) {
        $complaints[] = $text;
    }
    return true;
});
session_id($_GET['session']);
$started = session_start();
if (!$started) {
    // Nothing is counted, and nothing is written: the session is as it was.
    http_response_code(503);
    exit(implode("\n", $complaints));
}
$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
$_SESSION['filling'] = str_repeat('x', 500);
$count = $_SESSION['count'];
if (!session_write_close() || $complaints) {
    http_response_code(500);
}
echo $count, "\n", implode("\n", $complaints);
