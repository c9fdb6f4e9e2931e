<?php
// The loop of the clients that are written in PHP: see driver/speaker.py for what is said.
// A client is an array of functions by verb. false is a miss or a no, null an error, whose text error_text() has.

function serve(array $verbs, string $version, callable $error_text): void
{
    answer("ready $version");
    while (($line = fgets(STDIN)) !== false) {
        $words = explode(' ', rtrim($line, "\n"));
        $verb = array_shift($words);
        try {
            answer(isset($verbs[$verb]) ? reply($verb, $verbs[$verb], $words) ?? 'error ' . $error_text() : 'unsupported');
        } catch (Throwable $thrown) {
            answer('error ' . get_class($thrown) . ' ' . strtr(substr($thrown->getMessage(), 0, 200), "\n", ' '));
        }
    }
}

function answer(string $line): void
{
    fwrite(STDOUT, $line . "\n");
    fflush(STDOUT);
}

function reply(string $verb, callable $method, array $words): ?string
{
    switch ($verb) {
        case 'many':
            $values = $method($words);
            return $values === null ? null : rtrim('values ' . implode(' ', array_map(fn($key) => $key . '=' . bin2hex($values[$key]), array_keys($values))));
        case 'set': case 'add': case 'cas':
            return of_truth($method($words[0], hex2bin($words[2] ?? ''), (int) $words[1]));
        case 'setmany':
            $values = [];
            foreach (array_slice($words, 1) as $word) {
                [$key, $value] = explode('=', $word);
                $values[$key] = hex2bin($value);
            }
            return of_truth($method($values, (int) $words[0]));
        case 'incr': case 'decr': case 'visit':
            $number = $method($words[0], (int) ($words[1] ?? 0));
            return $number === null ? null : ($number === false ? 'none' : "number $number");
        case 'get': case 'gets': case 'page':
            $value = $method($words[0]);
            return $value === null ? null : ($value === false ? 'none' : 'value ' . bin2hex((string) $value));
        case 'touch':
            return of_truth($method($words[0], (int) $words[1]));
        default:
            return of_truth($method($words[0]));
    }
}

function of_truth(?bool $value): ?string
{
    return $value === null ? null : ($value ? 'ok' : 'no');
}

function addresses(string $servers): array
{
    return array_map(fn($server) => [strtok($server, ':'), (int) strtok(':')], explode(',', $servers));
}
