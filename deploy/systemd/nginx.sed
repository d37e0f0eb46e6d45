# nginx.conf with the names of a host of Debian: sed -f deploy/systemd/nginx.sed deploy/nginx.conf >/etc/nginx/nginx.conf
s,^pid .*,user www-data;\npid /run/nginx.pid;,
/looked up anew/d
/^ *resolver/d
s,web:8000 resolve,127.0.0.1:8000,
s,/srv/data/,/var/lib/portal/,
s,/tmp/nginx-,/var/lib/nginx/,
