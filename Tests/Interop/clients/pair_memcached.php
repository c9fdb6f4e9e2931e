<?php
// How PHP's frameworks may be given a pair: Memcached with both sides, which says a request again that has come upon a side that
// died. By then that side has left the ring. Without it a framework takes such a request for a miss, and so for a session lost.

class PairMemcached extends Memcached
{
    private const SAID = [self::RES_SUCCESS, self::RES_NOTFOUND, self::RES_NOTSTORED, self::RES_DATA_EXISTS];

    public static function of(array $servers): Memcached
    {
        return self::prepared(new self(), $servers);
    }

    public static function prepared(Memcached $client, array $servers): Memcached
    {
        $client->setOptions(self::options());
        $client->addServers($servers);
        return $client;
    }

    public static function options(): array
    {
        return [
            self::OPT_BINARY_PROTOCOL => true, self::OPT_LIBKETAMA_COMPATIBLE => true, self::OPT_REMOVE_FAILED_SERVERS => true,
            self::OPT_SERVER_FAILURE_LIMIT => 1, self::OPT_RETRY_TIMEOUT => 1, self::OPT_DEAD_TIMEOUT => 2, self::OPT_CONNECT_TIMEOUT => 1000,
        ];
    }

    private function again(callable $request): mixed
    {
        for ($attempt = 1; $attempt < 5; $attempt++) {
            $answer = $request();
            if (in_array($this->getResultCode(), self::SAID, true)) {
                break;
            }
        }
        return $answer;
    }

    public function get(string $key, ?callable $cache_cb = null, int $get_flags = 0): mixed
    {
        return $this->again(fn() => parent::get($key, $cache_cb, $get_flags));
    }

    public function getMulti(array $keys, int $get_flags = 0): array|false
    {
        return $this->again(fn() => parent::getMulti($keys, $get_flags));
    }

    public function set(string $key, mixed $value, int $expiration = 0): bool
    {
        return $this->again(fn() => parent::set($key, $value, $expiration));
    }

    public function setMulti(array $items, int $expiration = 0): bool
    {
        return $this->again(fn() => parent::setMulti($items, $expiration));
    }

    public function add(string $key, mixed $value, int $expiration = 0): bool
    {
        return $this->again(fn() => parent::add($key, $value, $expiration));
    }

    public function delete(string $key, int $time = 0): bool
    {
        return $this->again(fn() => parent::delete($key, $time));
    }

    public function touch(string $key, int $expiration = 0): bool
    {
        return $this->again(fn() => parent::touch($key, $expiration));
    }
}
