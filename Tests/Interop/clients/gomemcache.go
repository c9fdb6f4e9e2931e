// gomemcache. It has no failover: a key's server is by its hash, dead or not.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
)

var client *memcache.Client
var uniques = map[string]*memcache.Item{}

func item(key, seconds, value string) *memcache.Item {
	bytes, _ := hex.DecodeString(value)
	expiration, _ := strconv.Atoi(seconds)
	return &memcache.Item{Key: key, Value: bytes, Expiration: int32(expiration)}
}

func ofTruth(err error) string {
	switch err {
	case nil:
		return "ok"
	case memcache.ErrCacheMiss, memcache.ErrCASConflict, memcache.ErrNotStored:
		return "no"
	}
	return "error " + err.Error()
}

func ofItem(found *memcache.Item, err error) string {
	if err == memcache.ErrCacheMiss {
		return "none"
	}
	if err != nil {
		return "error " + err.Error()
	}
	return "value " + hex.EncodeToString(found.Value)
}

func ofNumber(value uint64, err error) string {
	if err == memcache.ErrCacheMiss {
		return "none"
	}
	if err != nil {
		return "error " + err.Error()
	}
	return fmt.Sprintf("number %d", value)
}

func many(keys []string) string {
	found, err := client.GetMulti(keys)
	if err != nil {
		return "error " + err.Error()
	}
	words := []string{"values"}
	for key, each := range found {
		words = append(words, key+"="+hex.EncodeToString(each.Value))
	}
	return strings.Join(words, " ")
}

func setMany(seconds string, pairs []string) string {
	for _, pair := range pairs {
		words := strings.SplitN(pair, "=", 2)
		if answer := ofTruth(client.Set(item(words[0], seconds, words[1]))); answer != "ok" {
			return answer
		}
	}
	return "ok"
}

func gets(key string) string {
	found, err := client.Get(key)
	uniques[key] = found
	return ofItem(found, err)
}

func cas(key, seconds, value string) string {
	changed := item(key, seconds, value)
	kept := uniques[key]
	kept.Value, kept.Expiration = changed.Value, changed.Expiration
	return ofTruth(client.CompareAndSwap(kept))
}

func reply(words []string) string {
	number := func() uint64 { n, _ := strconv.ParseUint(words[2], 10, 64); return n }
	switch words[0] {
	case "get":
		return ofItem(client.Get(words[1]))
	case "many":
		return many(words[1:])
	case "set":
		return ofTruth(client.Set(item(words[1], words[2], words[3])))
	case "add":
		return ofTruth(client.Add(item(words[1], words[2], words[3])))
	case "setmany":
		return setMany(words[1], words[2:])
	case "delete":
		return ofTruth(client.Delete(words[1]))
	case "touch":
		seconds, _ := strconv.Atoi(words[2])
		return ofTruth(client.Touch(words[1], int32(seconds)))
	case "incr":
		return ofNumber(client.Increment(words[1], number()))
	case "decr":
		return ofNumber(client.Decrement(words[1], number()))
	case "gets":
		return gets(words[1])
	case "cas":
		return cas(words[1], words[2], words[3])
	}
	return "unsupported"
}

func main() {
	client = memcache.New(strings.Split(os.Args[1], ",")...)
	// 100 ms, the default, is short on a busy machine.
	client.Timeout = 2 * time.Second
	// The library has no number of its own: the package's is told by whoever starts this.
	fmt.Println("ready " + os.Getenv("CLIENT_VERSION"))
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := input.ReadString('\n')
		if err != nil {
			return
		}
		fmt.Println(reply(strings.Split(strings.TrimRight(line, "\n"), " ")))
	}
}
