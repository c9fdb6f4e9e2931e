# Cache::Memcached::Fast. It tells a miss and a server that fails alike: undef.
use strict;
use warnings;
use Cache::Memcached::Fast;

$| = 1;
my @servers = split /,/, $ARGV[0];
my $client = Cache::Memcached::Fast->new({
    servers => \@servers,
    connect_timeout => 1,
    io_timeout => 2,
    # An only server is asked again at once.
    (@servers > 1 ? (max_failures => 1, failure_timeout => 2) : ()),
});
my %uniques;

sub of_truth { my ($value) = @_; return !defined $value ? 'error no answer' : $value ? 'ok' : 'no' }
sub of_value { my ($value) = @_; return defined $value ? 'value ' . unpack('H*', $value) : 'none' }
# An absent counter is the empty string; 0 is "0E0".
sub of_number { my ($value) = @_; return !defined $value ? 'error no answer' : $value eq '' ? 'none' : 'number ' . ($value + 0) }
sub bytes { return pack 'H*', $_[0] // '' }

my %verbs = (
    get => sub { of_value($client->get($_[0])) },
    many => sub {
        my $values = $client->get_multi(@_);
        return join ' ', 'values', map { "$_=" . unpack('H*', $values->{$_}) } keys %$values;
    },
    set => sub { of_truth($client->set($_[0], bytes($_[2]), $_[1])) },
    add => sub { of_truth($client->add($_[0], bytes($_[2]), $_[1])) },
    setmany => sub {
        my $seconds = shift;
        my $stored = $client->set_multi(map { my ($key, $value) = split /=/; [$key, bytes($value), $seconds] } @_);
        return of_truth((grep { !$_ } values %$stored) ? 0 : 1);
    },
    delete => sub { of_truth($client->delete($_[0])) },
    touch => sub { of_truth($client->touch(@_)) },
    incr => sub { of_number($client->incr(@_)) },
    decr => sub { of_number($client->decr(@_)) },
    gets => sub {
        my $found = $client->gets($_[0]);
        $uniques{$_[0]} = $found->[0];
        return of_value($found->[1]);
    },
    cas => sub { of_truth($client->cas($_[0], $uniques{$_[0]}, bytes($_[2]), $_[1])) },
);

print "ready $Cache::Memcached::Fast::VERSION\n";
while (my $line = <STDIN>) {
    chomp $line;
    my ($verb, @words) = split / /, $line;
    print exists $verbs{$verb} ? $verbs{$verb}->(@words) : 'unsupported', "\n";
}
