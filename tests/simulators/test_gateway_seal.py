"""Hash and encryption, against values computed with the openssl command."""
import pytest

from tests.simulators.gateway import seal

KEY, VECTOR = '0123456789abcdefghijklmnopqrstuv', 'ABCDEFGHIJKLMNOP'
NAME = '4111ﾔﾏﾀﾞ'       # nine bytes less than a block of AES, a whole block of 3DES


@pytest.mark.parametrize('algorithm, expected', [
    ('sha1', '8b5b180444883313c2c3698af1eae514dc1cd1f9'),
    ('sha256', '727a4d5f88189968961eeaadd3e98b97875ca6d2421'),
    ('sha512', '2913b311fbc3e8da4b6850e4a674cf1f62480766dee')])
def test_the_hash_is_over_trimmed_values_in_order_and_the_key(algorithm, expected):
    found = seal.digest(['30132', ' 101\n', '', '利用料'], 'secret', algorithm, 'Shift_JIS')
    assert found.startswith(expected)
    assert not seal.digest(['101', '30132', '利用料'], 'secret', algorithm, 'Shift_JIS'
                           ).startswith(expected)


def test_the_hash_depends_on_the_character_set():
    one, other = (seal.digest(['料'], 'k', 'sha1', charset) for charset in ('Shift_JIS', 'UTF-8'))
    assert one != other


@pytest.mark.parametrize('cipher, expected', [
    ('aes', '14rAgCoS0Jo3btnqVZekDw=='), ('3des', 'YHKW37vut1k=')])
def test_a_field_is_padded_with_spaces_encrypted_and_base64(cipher, expected):
    key, vector = seal.key_lengths(cipher)
    lock = seal.Lock(cipher, KEY[:key], VECTOR[:vector], 'Shift_JIS')
    assert lock.shut(NAME) == expected
    assert lock.open(expected) == NAME
    assert lock.shut('') == lock.open('') == ''
    for wrong in ('%%%', 'YQ=='):
        with pytest.raises(seal.SealError):
            lock.open(wrong)


def test_no_cipher_changes_nothing():
    lock = seal.Lock('none', '', '', 'Shift_JIS')
    assert lock.shut(NAME) == lock.open(NAME) == NAME


def test_keys_of_another_length_are_refused():
    with pytest.raises(seal.SealError):
        seal.Lock('3des', KEY, VECTOR, 'UTF-8')


def test_hashes_are_compared_whatever_their_case():
    assert seal.same('ab12', 'AB12')
    assert not seal.same('ab12', 'ab13')
    assert not seal.same('', 'ab12')
