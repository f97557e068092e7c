#!/bin/sh
# Serves the bare repositories of the folder $1 by https (nginx and git http-backend, port $2, TLS 1.3 alone) and by ssh (sshd,
# port $3) until its input ends. Writes `ready` when both listen. Users: alice with the token `opensesame`, key `client`.
set -eu
folder=$1 web=$2 ssh=$3
cd "$folder"
exec 2>serve.log
mkdir -p server
cd server

openssl ecparam -genkey -name prime256v1 -noout -out authority.key
openssl req -x509 -new -key authority.key -subj /CN=authority -days 2 -out authority.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
openssl ecparam -genkey -name prime256v1 -noout -out server.key
openssl req -new -key server.key -subj /CN=server -out server.csr
printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\n' >server.ext
openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
printf 'alice:%s\n' "$(openssl passwd -apr1 opensesame)" >passwords
for kind in ed25519 ecdsa rsa; do ssh-keygen -q -t $kind -N '' -C test -f "host-$kind"; done
ssh-keygen -q -t ed25519 -N '' -C client -f client
ssh-keygen -q -t rsa -b 2048 -N '' -C client -f client-rsa
ssh-keygen -q -t ed25519 -N '' -C stranger -f stranger
cat client.pub client-rsa.pub >authorized
for kind in ed25519 ecdsa rsa; do printf '[127.0.0.1]:%s %s\n' "$ssh" "$(cut -d' ' -f1,2 "host-$kind.pub")"; done >known
printf '[127.0.0.1]:%s %s\n' "$ssh" "$(cut -d' ' -f1,2 stranger.pub)" >changed

cgi="include $folder/server/cgi.conf;"
cat >cgi.conf <<CGI
fastcgi_pass unix:$folder/server/cgi.sock;
fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
fastcgi_param GIT_PROJECT_ROOT $folder;
fastcgi_param GIT_HTTP_EXPORT_ALL "";
fastcgi_param REQUEST_METHOD \$request_method;
fastcgi_param QUERY_STRING \$query_string;
fastcgi_param CONTENT_TYPE \$content_type;
fastcgi_param CONTENT_LENGTH \$content_length;
fastcgi_param HTTP_CONTENT_ENCODING \$http_content_encoding;
CGI
cat >nginx.conf <<NGINX
pid nginx.pid;
error_log nginx.log;
worker_processes 1;
events { worker_connections 64; }
http {
  log_format short '\$request_method \$uri \$status \$http_authorization';
  access_log requests.log short;
  client_max_body_size 0;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path cgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:$web ssl http2;
    ssl_certificate server.pem; ssl_certificate_key server.key; ssl_protocols TLSv1.3;
    location ~ ^/private(/.*)\$ { auth_basic git; auth_basic_user_file passwords; fastcgi_param REMOTE_USER \$remote_user; fastcgi_param PATH_INFO \$1; $cgi }
    location ~ ^/bearer(/.*)\$ {
      if (\$http_authorization != "Bearer opensesame") { add_header WWW-Authenticate Bearer always; return 401; }
      fastcgi_param REMOTE_USER bearer; fastcgi_param PATH_INFO \$1; $cgi
    }
    location ~ ^/open(/.*)\$ { if (\$arg_service = git-receive-pack) { return 403; } fastcgi_param PATH_INFO \$1; $cgi }
    location /moved/ { return 302 https://other.example/fleet.git; }
    location /page/ { default_type text/html; return 200 '<h1>welcome</h1>'; }
    location /broken/ { return 502; }
    location ~ ^/small(/.*)\$ { fastcgi_param REMOTE_USER alice; fastcgi_param PATH_INFO \$1; $cgi client_max_body_size 10; }
    location / { return 404; }
  }
}
NGINX
cat >sshd.conf <<SSHD
Port $ssh
ListenAddress 127.0.0.1
HostKey $folder/server/host-ed25519
HostKey $folder/server/host-ecdsa
HostKey $folder/server/host-rsa
AuthorizedKeysFile $folder/server/authorized
PidFile $folder/server/sshd.pid
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
StrictModes no
UsePAM no
SSHD
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
HOME=$folder fcgiwrap -s "unix:$folder/server/cgi.sock" </dev/null >cgi.log 2>&1 & cgi_pid=$!
nginx -p "$folder/server/" -e nginx.log -c nginx.conf -g 'daemon off; master_process off;' </dev/null >nginx.out 2>&1 & nginx_pid=$!
/usr/sbin/sshd -D -e -f "$folder/server/sshd.conf" </dev/null >sshd.log 2>&1 & sshd_pid=$!
for _ in $(seq 200); do
    [ -S cgi.sock ] && [ -s nginx.pid ] && [ -s sshd.pid ] && break
    sleep 0.02
done
[ ! -S cgi.sock ] || [ ! -s nginx.pid ] || [ ! -s sshd.pid ] || echo ready
cat >/dev/null
kill -9 $cgi_pid $nginx_pid $sshd_pid || true
wait
cd /
rm -rf "$folder"
