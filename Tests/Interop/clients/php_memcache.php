<?php
// php-memcache; VARIANT is ascii, binary, or redundant, which is what never to do. A miss and a server that fails are one to it: false.
require __DIR__ . '/speaker.php';

// Its notices tell of each server that failed, also where the other one answered.
error_reporting(E_ALL & ~E_NOTICE & ~E_DEPRECATED);
ini_set('memcache.protocol', $argv[2] === 'binary' ? 'binary' : 'ascii');
ini_set('memcache.redundancy', $argv[2] === 'redundant' ? '2' : '1');
ini_set('memcache.allow_failover', '1');

const SECONDS_UNTIL_RETRY = 2;

$client = new Memcache();
foreach (addresses($argv[1]) as [$host, $port]) {
    $client->addServer($host, $port, false, 1, 1, SECONDS_UNTIL_RETRY);
}
$uniques = [];

serve([
    'get' => fn($key) => $client->get($key),
    'many' => fn($keys) => $client->get($keys) ?: [],
    'set' => fn($key, $value, $seconds) => $client->set($key, $value, 0, $seconds),
    'add' => fn($key, $value, $seconds) => $client->add($key, $value, 0, $seconds),
    'setmany' => fn($values, $seconds) => $client->set($values, null, 0, $seconds),
    'delete' => fn($key) => $client->delete($key),
    'incr' => fn($key, $by) => $client->increment($key, $by),
    'decr' => fn($key, $by) => $client->decrement($key, $by),
    'gets' => function ($key) use ($client, &$uniques) {
        $flags = $unique = null;
        $value = $client->get($key, $flags, $unique);
        $uniques[$key] = $unique;
        return $value;
    },
    'cas' => function ($key, $value, $seconds) use ($client, &$uniques) {
        return $client->cas($key, $value, 0, $seconds, $uniques[$key]);
    },
], phpversion('memcache'), fn() => '');
