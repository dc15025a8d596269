-- A copy of the database must neither read nor change anything at the marketplaces.
UPDATE marketplace_account SET app_secret = NULL, connection_nonce = NULL, push_key = NULL, push_token = NULL, push_url = NULL, push_verify_until = NULL;
UPDATE marketplace_token SET access_token = NULL, refresh_token = NULL, state = 'ended';
UPDATE marketplace_shop SET state = 'disconnected';
DELETE FROM marketplace_hint;
DELETE FROM ir_config_parameter WHERE key = 'marketplace_connector.buyer_hash_key';
