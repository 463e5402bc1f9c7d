-- a copied database must not reach the collection agency
UPDATE payment_provider
   SET nttf_host = NULL,
       nttf_user = NULL,
       nttf_host_key = NULL,
       nttf_password_sealed = NULL,
       nttf_private_key_sealed = NULL;
