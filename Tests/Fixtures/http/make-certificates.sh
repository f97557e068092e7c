#!/bin/sh
# Makes the certificates that the tests of the HTTP client need, in the folder $1: an authority, what it signed, and one that it did not.
set -eu
cd "$1"
exec 2>openssl.log

key() { openssl ecparam -genkey -name prime256v1 -noout -out "$1.key"; }

authority() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 2 -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
}

# leaf NAME AUTHORITY SUBJECT-ALTERNATIVE-NAMES [START END]
leaf() {
    key "$1"
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
    printf 'subjectAltName=%s\n' "$3" >"$1.ext"
    mkdir -p "$1.ca"
    : >"$1.ca/index.txt"
    cat >"$1.cnf" <<CNF
[ca]
default_ca = c
[c]
new_certs_dir = $1.ca
database = $1.ca/index.txt
rand_serial = yes
default_md = sha256
policy = p
copy_extensions = none
[p]
commonName = supplied
CNF
    openssl ca -batch -config "$1.cnf" -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -out "$1.pem" -notext \
        -extfile "$1.ext" -startdate "${4:-20200101000000Z}" -enddate "${5:-20491231000000Z}"
}

authority authority
authority stranger
leaf server authority IP:127.0.0.1,DNS:localhost
leaf named authority DNS:cluster.example
leaf expired authority IP:127.0.0.1 20200101000000Z 20210101000000Z
leaf early authority IP:127.0.0.1 20480101000000Z 20490101000000Z
leaf client authority DNS:client
leaf unknown-client stranger DNS:client
