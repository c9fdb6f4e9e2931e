# frozen_string_literal: true

# ruby-dalli, which speaks the binary protocol and fails over by itself; VARIANT is `user:password`, if there is one.
require 'dalli'
require 'logger'

$stdout.sync = true
Dalli.logger = Logger.new(File::NULL)

RAW = { raw: true }.freeze
user, password = ARGV[1]&.split(':')
CLIENT = Dalli::Client.new(ARGV[0].split(','), failover: true, down_retry_delay: 2, socket_timeout: 2, compress: false, username: user, password: password)
UNIQUES = {}

def of_truth(value) = value ? 'ok' : 'no'
def of_value(value) = value.nil? ? 'none' : "value #{value.unpack1('H*')}"
def of_number(value) = value.nil? ? 'none' : "number #{value}"
def bytes(text) = [text || ''].pack('H*')

VERBS = {
  'get' => ->(key) { of_value(CLIENT.get(key)) },
  'many' => ->(*keys) { ['values', *CLIENT.get_multi(*keys).map { |key, value| "#{key}=#{value.unpack1('H*')}" }].join(' ') },
  'set' => ->(key, seconds, value = '') { of_truth(CLIENT.set(key, bytes(value), seconds.to_i, RAW)) },
  'add' => ->(key, seconds, value = '') { of_truth(CLIENT.add(key, bytes(value), seconds.to_i, RAW)) },
  'setmany' => lambda { |seconds, *pairs|
    CLIENT.multi { pairs.each { |pair| pair.split('=').then { |key, value| CLIENT.set(key, bytes(value), seconds.to_i, RAW) } } }
    'ok'
  },
  'delete' => ->(key) { of_truth(CLIENT.delete(key)) },
  'touch' => ->(key, seconds) { of_truth(CLIENT.touch(key, seconds.to_i)) },
  'incr' => ->(key, by) { of_number(CLIENT.incr(key, by.to_i)) },
  'decr' => ->(key, by) { of_number(CLIENT.decr(key, by.to_i)) },
  'gets' => lambda { |key|
    value, UNIQUES[key] = CLIENT.get_cas(key)
    of_value(value)
  },
  'cas' => ->(key, seconds, value = '') { of_truth(CLIENT.set_cas(key, bytes(value), UNIQUES[key], seconds.to_i, RAW)) }
}.freeze

puts "ready #{Dalli::VERSION}"
while (line = $stdin.gets)
  verb, *words = line.chomp.split
  begin
    puts VERBS.key?(verb) ? VERBS[verb].call(*words) : 'unsupported'
  rescue StandardError => e
    puts "error #{e.class} #{e.message.tr("\n", ' ')}"
  end
end
