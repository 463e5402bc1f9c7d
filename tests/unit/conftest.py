from tests import namespaces

namespaces.install()
