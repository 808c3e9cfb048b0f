#!/bin/sh
# Makes what storage/buckets.yaml asks for, as often as it is run: the bucket with versions, its lifecycle, and one user who
# may do nothing but read, write and delete objects in it. MinIO's root keys stay with MinIO. The image of mc has a shell
# and little else, so nothing but mc is used.
set -eu

mc alias set store http://minio:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD"
mc mb --ignore-existing --with-lock "store/$SUICHA_S3_BUCKET"
mc version enable "store/$SUICHA_S3_BUCKET"
mc anonymous set none "store/$SUICHA_S3_BUCKET"

mc ilm rule import "store/$SUICHA_S3_BUCKET" <<RULES
{"Rules": [
  {"ID": "staging", "Status": "Enabled", "Filter": {"Prefix": "staging/"},
   "Expiration": {"Days": 60}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
  {"ID": "derived", "Status": "Enabled", "Filter": {"Prefix": "derived/"},
   "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}
]}
RULES

cat > /tmp/policy.json <<POLICY
{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
   "Resource": ["arn:aws:s3:::$SUICHA_S3_BUCKET"]},
  {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
   "Resource": ["arn:aws:s3:::$SUICHA_S3_BUCKET/*"]}
]}
POLICY
mc admin policy create store suicha-evidence /tmp/policy.json
mc admin user add store "$SUICHA_S3_ACCESS_KEY" "$SUICHA_S3_SECRET_KEY"
case "$(mc admin user info store "$SUICHA_S3_ACCESS_KEY")" in
  *suicha-evidence*) ;;
  *) mc admin policy attach store suicha-evidence --user "$SUICHA_S3_ACCESS_KEY" ;;
esac
echo "bucket $SUICHA_S3_BUCKET is ready"
