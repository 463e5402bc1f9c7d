from . import account_edi_xml_pint_jp
