# nginx.conf with the names of a host of Debian: sed -f deploy/systemd/nginx.sed deploy/nginx.conf >/etc/nginx/nginx.conf
s,^pid .*,user www-data;\npid /run/nginx.pid;,
s,web:8000,127.0.0.1:8000,
s,/srv/data/,/var/lib/portal/,
s,/tmp/nginx-,/var/lib/nginx/,
