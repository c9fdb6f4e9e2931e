<?php
// Symfony's cache, sessions and locks. VARIANT is plain, its own connection, or retrying, by pair_memcached.php.
require __DIR__ . '/speaker.php';
require __DIR__ . '/pair_memcached.php';
foreach (['Cache', 'HttpFoundation', 'Lock'] as $component) {
    require "/usr/share/php/Symfony/Component/$component/autoload.php";
}

use Symfony\Component\Cache\Adapter\MemcachedAdapter;
use Symfony\Component\HttpFoundation\Session\Storage\Handler\MemcachedSessionHandler;
use Symfony\Component\Lock\LockFactory;
use Symfony\Component\Lock\Store\MemcachedStore;

error_reporting(E_ALL & ~E_DEPRECATED);

function connection(string $servers, string $variant): Memcached
{
    if ($variant === 'retrying') {
        return PairMemcached::of(addresses($servers));
    }
    return MemcachedAdapter::createConnection(
        array_map(fn($server) => "memcached://$server", explode(',', $servers)),
        ['remove_failed_servers' => true, 'server_failure_limit' => 1, 'retry_timeout' => 1, 'dead_timeout' => 2, 'connect_timeout' => 1000]
    );
}

$client = connection($argv[1], $argv[2]);
$pages = new MemcachedAdapter($client, 'pages');
$sessions = new MemcachedSessionHandler($client, ['ttl' => 3600]);
$locks = new LockFactory(new MemcachedStore($client, 60));
$held = [];
$renderings = 0;

serve([
    'visit' => function ($session) use ($sessions) {
        $sessions->open('', 'PHPSESSID');
        $count = (int) $sessions->read($session) + 1;
        $written = $sessions->write($session, (string) $count);
        $sessions->close();
        return $written ? $count : null;
    },
    'page' => function ($name) use ($pages, &$renderings) {
        return $pages->get($name, function ($item) use ($name, &$renderings) {
            $item->expiresAfter(600);
            return "$name, rendered as number " . ++$renderings;
        });
    },
    'lock' => function ($name) use ($locks, &$held) {
        $held[$name] = $locks->createLock($name, 60, false);
        return $held[$name]->acquire();
    },
    'unlock' => function ($name) use (&$held) {
        $held[$name]->release();
        return true;
    },
], trim(shell_exec("dpkg-query -W -f '\${Version}' php-symfony-cache | sed 's/+.*//'")), fn() => $client->getResultMessage());
