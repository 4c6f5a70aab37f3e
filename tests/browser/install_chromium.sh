#!/bin/sh
# The browser tests need Chromium. As root on Debian it is installed; otherwise the reader is told what to do.
set -e
for browser in "$CHROMIUM" chromium chromium-browser google-chrome; do
  if [ -n "$browser" ] && command -v "$browser" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Đang cài Chromium… / Installing Chromium…"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
  exit 0
fi
echo "Không thấy Chromium. Hãy cài (Debian/Ubuntu: sudo apt-get install chromium; macOS: brew install chromium)"
echo "hoặc đặt CHROMIUM=/đường/dẫn/tới/chromium rồi chạy lại."
echo "Chromium is missing: install it (see above), or set CHROMIUM=/path/to/chromium, then run again."
exit 1
