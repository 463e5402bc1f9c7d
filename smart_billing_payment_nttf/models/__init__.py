from . import (
    billing_account,
    collection_batch,
    collection_request,
    mandate,
    nttf_profile,
    payment_provider,
    payment_token,
    payment_transaction,
    provider_requests,
    provider_results,
    provider_transport,
    transfer,
)
