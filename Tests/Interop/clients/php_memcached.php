<?php
// php-memcached, which is libmemcached; VARIANT is text, binary, or bare: nothing set.
require __DIR__ . '/speaker.php';

$client = new Memcached();
$servers = addresses($argv[1]);
$client->setOptions([
    Memcached::OPT_BINARY_PROTOCOL => !in_array($argv[2], ['text', 'bare'], true),
    Memcached::OPT_CONNECT_TIMEOUT => 1000,
    Memcached::OPT_TCP_NODELAY => true,
]);
if (count($servers) > 1 && $argv[2] !== 'bare') {
    // A server that fails once leaves the ring, and is asked again after two seconds.
    $client->setOptions([
        Memcached::OPT_LIBKETAMA_COMPATIBLE => true,
        Memcached::OPT_REMOVE_FAILED_SERVERS => true,
        Memcached::OPT_SERVER_FAILURE_LIMIT => 1,
        Memcached::OPT_RETRY_TIMEOUT => 1,
        Memcached::OPT_DEAD_TIMEOUT => 2,
    ]);
}
if (str_contains($argv[2], ':')) {
    $client->setSaslAuthData(...explode(':', $argv[2]));
}
$client->addServers($servers);
$uniques = [];

// false where the server has said no, null where something has failed.
$unless_failed = function ($value) use ($client) {
    $said = [Memcached::RES_SUCCESS, Memcached::RES_NOTFOUND, Memcached::RES_NOTSTORED, Memcached::RES_DATA_EXISTS];
    return $value === false && !in_array($client->getResultCode(), $said, true) ? null : $value;
};

serve([
    'get' => fn($key) => $unless_failed($client->get($key)),
    'many' => function ($keys) use ($client) {
        $values = $client->getMulti($keys);
        return $values === false ? null : $values;
    },
    'set' => fn($key, $value, $seconds) => $unless_failed($client->set($key, $value, $seconds)),
    'add' => fn($key, $value, $seconds) => $unless_failed($client->add($key, $value, $seconds)),
    'setmany' => fn($values, $seconds) => $unless_failed($client->setMulti($values, $seconds)),
    'delete' => fn($key) => $unless_failed($client->delete($key)),
    'touch' => fn($key, $seconds) => $unless_failed($client->touch($key, $seconds)),
    'incr' => fn($key, $by) => $unless_failed($client->increment($key, $by)),
    'decr' => fn($key, $by) => $unless_failed($client->decrement($key, $by)),
    'gets' => function ($key) use ($client, $unless_failed, &$uniques) {
        $found = $unless_failed($client->get($key, null, Memcached::GET_EXTENDED));
        $uniques[$key] = $found['cas'] ?? 0;
        return is_array($found) ? $found['value'] : $found;
    },
    'cas' => function ($key, $value, $seconds) use ($client, $unless_failed, &$uniques) {
        return $unless_failed($client->cas($uniques[$key], $key, $value, $seconds));
    },
], phpversion('memcached'), fn() => $client->getResultMessage());
