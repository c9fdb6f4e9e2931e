<?php
// Laravel's cache, sessions and locks. VARIANT is plain, its own connector, or retrying, by pair_memcached.php.
require __DIR__ . '/speaker.php';
require __DIR__ . '/pair_memcached.php';
foreach (['Cache', 'Session'] as $component) {
    require "/usr/share/php/Illuminate/$component/autoload.php";
}

use Illuminate\Cache\MemcachedConnector;
use Illuminate\Cache\MemcachedStore;
use Illuminate\Cache\Repository;
use Illuminate\Session\CacheBasedSessionHandler;
use Illuminate\Session\Store;

error_reporting(E_ALL & ~E_DEPRECATED);

function connection(string $servers, string $variant): Memcached
{
    if ($variant === 'retrying') {
        return PairMemcached::of(addresses($servers));
    }
    $listed = array_map(fn($address) => ['host' => $address[0], 'port' => $address[1], 'weight' => 100], addresses($servers));
    return (new MemcachedConnector())->connect($listed, null, PairMemcached::options());
}

$client = connection($argv[1], $argv[2]);
$store = new MemcachedStore($client, 'laravel');
$cache = new Repository($store);
$held = [];
$renderings = 0;

serve([
    'visit' => function ($name) use ($cache) {
        $session = new Store('laravel_session', new CacheBasedSessionHandler($cache, 60), str_pad(md5($name), 40, '0'));
        $session->start();
        $session->put('count', $session->get('count', 0) + 1);
        $session->save();
        return $session->get('count');
    },
    'page' => fn($name) => $cache->remember("page/$name", 600, function () use ($name, &$renderings) {
        return "$name, rendered as number " . ++$renderings;
    }),
    'lock' => function ($name) use ($store, &$held) {
        $held[$name] = $store->lock($name, 60);
        return $held[$name]->get();
    },
    'unlock' => fn($name) => $held[$name]->release(),
], trim(shell_exec("dpkg-query -W -f '\${Version}' php-illuminate-cache | sed 's/+.*//'")), fn() => $client->getResultMessage());
